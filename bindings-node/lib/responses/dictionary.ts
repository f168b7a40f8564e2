// Dictionaries.

import { UnknownError, type SdkError } from '../errors';
import {
  BaseResponseError,
  BaseResponseMiss,
  ResponseBase,
  ValueBase,
  decoded,
  shortened,
  shortenedList,
} from './base';
import type { CacheDictionaryGetField } from './dictionary.generated';
import { HIT, elements, type Elements } from './elements';

export { IntegerBase, LengthBase } from './base';

/** Fields and values by turns. */
abstract class FieldsAndValues extends ResponseBase {
  /** @internal */
  protected readonly pairs: Elements;

  /** @internal */
  protected constructor(pairs: Elements) {
    super();
    this.pairs = pairs;
  }

  #entries<Value>(value: (index: number) => Value): [string, Value][] {
    const entries: [string, Value][] = [];
    for (let index = 0; index < this.pairs.length; index += 2) {
      if (this.pairs.isPresent(index + 1)) entries.push([this.pairs.text(index), value(index + 1)]);
    }
    return entries;
  }

  /** Fields and values as text. */
  value(): Record<string, string> {
    return this.valueRecordStringString();
  }

  valueMap(): Map<string, string> {
    return this.valueMapStringString();
  }

  valueMapStringString(): Map<string, string> {
    return new Map(this.#entries(index => this.pairs.text(index)));
  }

  valueMapStringUint8Array(): Map<string, Uint8Array> {
    return new Map(this.#entries(index => this.pairs.view(index)));
  }

  /** Fields and values as they are. A Map finds the very same array only, so this is for iteration. */
  valueMapUint8ArrayUint8Array(): Map<Uint8Array, Uint8Array> {
    const map = new Map<Uint8Array, Uint8Array>();
    for (let index = 0; index < this.pairs.length; index += 2) {
      if (this.pairs.isPresent(index + 1)) map.set(this.pairs.view(index), this.pairs.view(index + 1));
    }
    return map;
  }

  valueRecord(): Record<string, string> {
    return this.valueRecordStringString();
  }

  valueRecordStringString(): Record<string, string> {
    return Object.fromEntries(this.#entries(index => this.pairs.text(index)));
  }

  valueRecordStringUint8Array(): Record<string, Uint8Array> {
    return Object.fromEntries(this.#entries(index => this.pairs.view(index)));
  }

  override toString(): string {
    const present = Array.from({ length: this.pairs.length / 2 }, (_, index) => 2 * index).filter(index =>
      this.pairs.isPresent(index + 1),
    );
    const text = (index: number) => shortened(this.pairs.text(index));
    const shown = shortenedList(present.length, place => {
      const index = present[place] as number;
      return `${text(index)}: ${text(index + 1)}`;
    });
    return `${super.toString()}: valueDictionaryStringString: ${shown}`;
  }
}

/** All of a dictionary. */
export abstract class DictionaryBase extends FieldsAndValues {
  constructor(items: readonly { field: Uint8Array; value: Uint8Array }[]);
  /** @internal */
  constructor(items: Elements);
  constructor(items: readonly { field: Uint8Array; value: Uint8Array }[] | Elements) {
    super(Array.isArray(items) ? elements(items.flatMap(item => [item.field, item.value])) : (items as Elements));
  }
}

/** The fields asked for, and the values of those that have one. */
export abstract class FieldsBase extends FieldsAndValues {
  #responses?: CacheDictionaryGetField.Response[];

  constructor(items: readonly { result: number; cacheBody: Uint8Array }[], fields: readonly Uint8Array[]);
  /** @internal */
  constructor(items: Elements);
  constructor(items: readonly { result: number; cacheBody: Uint8Array }[] | Elements, fields?: readonly Uint8Array[]) {
    super(
      Array.isArray(items)
        ? elements(items.flatMap((item, index) => [fields?.[index], item.result === HIT ? item.cacheBody : undefined]))
        : (items as Elements),
    );
  }

  /** An answer per field, in order. */
  get responses(): CacheDictionaryGetField.Response[] {
    const { CacheDictionaryGetField: of } =
      require('./dictionary.generated') as typeof import('./dictionary.generated');
    this.#responses ??= Array.from({ length: this.pairs.length / 2 }, (_, place) => {
      const [index, field] = [2 * place, this.pairs.view(2 * place)];
      if (this.pairs.isPresent(index + 1)) return new of.Hit(this.pairs.view(index + 1), field);
      if (this.pairs.isFailed(index + 1)) return new of.Error(new UnknownError('no answer for this field'), field);
      return new of.Miss(field);
    });
    return this.#responses;
  }
}

/** A field and its value. */
export abstract class FieldBase extends ValueBase {
  readonly #field: Uint8Array;

  constructor(value: Uint8Array, field: Uint8Array) {
    super(value);
    this.#field = field;
  }

  fieldString(): string {
    return decoded(this.#field);
  }

  fieldUint8Array(): Uint8Array {
    return this.#field;
  }
}

/** A field that has no value. */
export abstract class FieldMissBase extends BaseResponseMiss {
  readonly #field: Uint8Array;

  constructor(field: Uint8Array) {
    super();
    this.#field = field;
  }

  fieldString(): string {
    return decoded(this.#field);
  }

  fieldUint8Array(): Uint8Array {
    return this.#field;
  }
}

/** A field and why there is no answer. */
export abstract class FieldErrorBase extends BaseResponseError {
  readonly #field: Uint8Array;

  constructor(innerException: SdkError, field: Uint8Array) {
    super(innerException);
    this.#field = field;
  }

  fieldString(): string {
    return decoded(this.#field);
  }

  fieldUint8Array(): Uint8Array {
    return this.#field;
  }
}
