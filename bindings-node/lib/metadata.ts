// gRPC metadata as users know it from grpc-js: names in lower case, several values per name.

export type MetadataValue = string | Buffer;

export class Metadata {
  readonly #values = new Map<string, MetadataValue[]>();

  /** @internal Names and values by turns. */
  static of(entries: readonly string[]): Metadata {
    const metadata = new Metadata();
    for (let index = 0; index + 1 < entries.length; index += 2) {
      metadata.add(entries[index] as string, entries[index + 1] as string);
    }
    return metadata;
  }

  /** @internal Names and values by turns, texts only. */
  entries(): string[] {
    return [...this.#values].flatMap(([name, values]) =>
      values.filter(value => typeof value === 'string').flatMap(value => [name, value]),
    );
  }

  /** Puts a value in the place of those of the name. */
  set(key: string, value: MetadataValue): void {
    this.#values.set(key.toLowerCase(), [value]);
  }

  /** Adds a value to those of the name. */
  add(key: string, value: MetadataValue): void {
    const name = key.toLowerCase();
    const present = this.#values.get(name);
    if (present === undefined) this.#values.set(name, [value]);
    else present.push(value);
  }

  remove(key: string): void {
    this.#values.delete(key.toLowerCase());
  }

  get(key: string): MetadataValue[] {
    return [...(this.#values.get(key.toLowerCase()) ?? [])];
  }

  /** The first value of each name. */
  getMap(): Record<string, MetadataValue> {
    const first = [...this.#values].flatMap(([name, [value]]) => (value === undefined ? [] : [[name, value] as const]));
    return Object.fromEntries(first);
  }

  clone(): Metadata {
    const copy = new Metadata();
    copy.merge(this);
    return copy;
  }

  /** Adds all values of the other one. */
  merge(other: Metadata): void {
    for (const [name, values] of other.#values) for (const value of values) this.add(name, value);
  }

  toJSON(): Record<string, MetadataValue[]> {
    return Object.fromEntries([...this.#values].map(([name, values]) => [name, [...values]]));
  }
}

/** The names of gRPC's statuses, by number. */
export const STATUS_NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];
