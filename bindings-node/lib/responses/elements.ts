// Many values in one answer.
//
// 100,000 objects from the addon take longer than the request. So all bytes come in one array with the lengths of the
// values, and a response class cuts them when it is asked. What users make in tests is the official form, an array.

/** The length that stands for a value that is not there; the next smaller one for one that is an error. */
const ABSENT = 0xffff_ffff;
const FAILED = 0xffff_fffe;

/** Values by their place. */
export interface Elements {
  readonly length: number;
  isPresent(index: number): boolean;
  isFailed(index: number): boolean;
  text(index: number): string;
  view(index: number): Uint8Array;
}

/** From the addon: all bytes, and the lengths. */
export class PackedElements implements Elements {
  readonly length: number;
  readonly #bytes: Buffer;
  readonly #lengths: Uint32Array;
  /** Where each value begins. */
  readonly #starts: Float64Array;

  constructor(bytes: Uint8Array, lengths: Uint32Array) {
    this.length = lengths.length;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#lengths = lengths;
    this.#starts = new Float64Array(lengths.length);
    let start = 0;
    for (let index = 0; index < lengths.length; index += 1) {
      this.#starts[index] = start;
      const length = lengths[index] as number;
      if (length < FAILED) start += length;
    }
  }

  isPresent(index: number): boolean {
    return (this.#lengths[index] as number) < FAILED;
  }

  isFailed(index: number): boolean {
    return this.#lengths[index] === FAILED;
  }

  text(index: number): string {
    const start = this.#starts[index] as number;
    return this.#bytes.toString('utf8', start, start + this.#length(index));
  }

  view(index: number): Uint8Array {
    const { buffer, byteOffset } = this.#bytes;
    return new Uint8Array(buffer, byteOffset + (this.#starts[index] as number), this.#length(index));
  }

  #length(index: number): number {
    const length = this.#lengths[index] as number;
    return length < ABSENT - 1 ? length : 0;
  }
}

/** From a user. */
class GivenElements implements Elements {
  readonly #views: readonly (Uint8Array | undefined)[];

  constructor(views: readonly (Uint8Array | undefined)[]) {
    this.#views = views;
  }

  get length(): number {
    return this.#views.length;
  }

  isPresent(index: number): boolean {
    return this.#views[index] !== undefined;
  }

  isFailed(): boolean {
    return false;
  }

  text(index: number): string {
    const { buffer, byteOffset, byteLength } = this.view(index);
    return Buffer.from(buffer, byteOffset, byteLength).toString();
  }

  view(index: number): Uint8Array {
    return this.#views[index] ?? new Uint8Array();
  }
}

export function elements(values: readonly (Uint8Array | undefined)[] | Elements): Elements {
  return Array.isArray(values) ? new GivenElements(values) : (values as Elements);
}

export function texts(values: Elements): string[] {
  const list = new Array<string>(values.length);
  for (let index = 0; index < values.length; index += 1) list[index] = values.text(index);
  return list;
}

export function views(values: Elements): Uint8Array[] {
  const list = new Array<Uint8Array>(values.length);
  for (let index = 0; index < values.length; index += 1) list[index] = values.view(index);
  return list;
}

/** Whether an official answer per element says that there is a value. */
export const HIT = 2;
