// Sets.

import { ResponseBase, shortened, shortenedList } from './base';
import { elements, texts, views, type Elements } from './elements';

export { LengthBase } from './base';

/** Elements in no order. */
export abstract class SetBase extends ResponseBase {
  readonly #elements: Elements;

  constructor(values: readonly Uint8Array[]);
  /** @internal */
  constructor(values: Elements);
  constructor(values: readonly Uint8Array[] | Elements) {
    super();
    this.#elements = elements(values);
  }

  /** The elements as text. */
  value(): string[] {
    return this.valueArrayString();
  }

  valueSet(): Set<string> {
    return this.valueSetString();
  }

  valueSetString(): Set<string> {
    return new Set(texts(this.#elements));
  }

  valueSetUint8Array(): Set<Uint8Array> {
    return new Set(views(this.#elements));
  }

  valueArray(): string[] {
    return this.valueArrayString();
  }

  valueArrayString(): string[] {
    return texts(this.#elements);
  }

  valueArrayUint8Array(): Uint8Array[] {
    return views(this.#elements);
  }

  override toString(): string {
    return `${super.toString()}: [${shortenedList(this.#elements.length, index => shortened(this.#elements.text(index)))}]`;
  }
}

/** Whether an element is in a set. */
export abstract class ContainsBase extends ResponseBase {
  readonly #contains: boolean;

  constructor(contains: boolean) {
    super();
    this.#contains = contains;
  }

  containsElement(): boolean {
    return this.#contains;
  }

  override toString(): string {
    return `${super.toString()}: Hit - ${this.#contains}`;
  }
}

/** Whether it is in the set, for each element. */
export abstract class ContainsAllBase extends ResponseBase {
  readonly #elements: Elements;
  readonly #contained: readonly boolean[];

  constructor(values: readonly Uint8Array[], contained: readonly boolean[]);
  /** @internal */
  constructor(values: Elements, contained: readonly boolean[]);
  constructor(values: readonly Uint8Array[] | Elements, contained: readonly boolean[]) {
    super();
    this.#elements = elements(values);
    this.#contained = contained;
  }

  containsElements(): Record<string, boolean> {
    return Object.fromEntries(this.#contained.map((contained, index) => [this.#elements.text(index), contained]));
  }

  override toString(): string {
    const pairs = Object.entries(this.containsElements()).map(([element, contained]) => `${element}: ${contained}`);
    return `${super.toString()}: ${shortened(pairs.join(', '))}`;
  }
}
