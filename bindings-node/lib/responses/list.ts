// Lists.

import { BaseResponseSuccess, ResponseBase, shortened, shortenedList } from './base';
import { elements, texts, views, type Elements } from './elements';

export { LengthBase, ValueBase } from './base';

/** A list's values, in order. */
export abstract class ListBase extends ResponseBase {
  readonly #values: Elements;

  constructor(values: readonly Uint8Array[]);
  /** @internal */
  constructor(values: Elements);
  constructor(values: readonly Uint8Array[] | Elements) {
    super();
    this.#values = elements(values);
  }

  /** The values as text. */
  value(): string[] {
    return this.valueListString();
  }

  valueList(): string[] {
    return this.valueListString();
  }

  valueListString(): string[] {
    return texts(this.#values);
  }

  valueListUint8Array(): Uint8Array[] {
    return views(this.#values);
  }

  override toString(): string {
    return `${super.toString()}: [${shortenedList(this.#values.length, index => shortened(this.#values.text(index)))}]`;
  }
}

/** The length that a list has now. */
export abstract class ListLengthBase extends BaseResponseSuccess {
  readonly #length: number;

  constructor(length: number) {
    super();
    this.#length = length;
  }

  listLength(): number {
    return this.#length;
  }

  override toString(): string {
    return `${super.toString()}: listLength: ${this.#length}`;
  }
}
