// Items.

import { ItemType } from '../collections';
import { BaseResponseSuccess, ResponseBase, ValueBase, decoded, shortened, shortenedList } from './base';
import { elements, type Elements } from './elements';
import type { CacheGet, CacheSet } from './scalar.generated';

export { IntegerBase, ValueBase } from './base';

/** A value and its hash. */
export abstract class HashedValueBase extends ValueBase {
  readonly #hash: Uint8Array;

  constructor(value: Uint8Array, hash: Uint8Array) {
    super(value);
    this.#hash = hash;
  }

  /** The hash as text. It is bytes: to pass it on, take `hashUint8Array`. */
  hash(): string {
    return decoded(this.#hash);
  }

  /** The hash as text. It is bytes: to pass it on, take `hashUint8Array`. */
  hashString(): string {
    return decoded(this.#hash);
  }

  hashUint8Array(): Uint8Array {
    return this.#hash;
  }

  override toString(): string {
    const [value, hash] = [this.valueString(), this.hashString()].map(shortened);
    return `${this.constructor.name}: value=${value}, hash=${hash}`;
  }
}

/** The hash of a value that has been stored. */
export abstract class HashBase extends ResponseBase {
  readonly #hash: Uint8Array;

  constructor(hash: Uint8Array) {
    super();
    this.#hash = hash;
  }

  /** The hash as text. It is bytes: to pass it on, take `hashUint8Array`. */
  hashString(): string {
    return decoded(this.#hash);
  }

  hashUint8Array(): Uint8Array {
    return this.#hash;
  }
}

/** An answer per key, in order. */
export abstract class ValuesBase extends BaseResponseSuccess {
  readonly #results: CacheGet.Response[];
  readonly #keys: Elements;

  constructor(results: CacheGet.Response[], keys: readonly Uint8Array[]);
  /** @internal */
  constructor(results: CacheGet.Response[], keys: Elements);
  constructor(results: CacheGet.Response[], keys: readonly Uint8Array[] | Elements) {
    super();
    this.#results = results;
    this.#keys = elements(keys);
  }

  /** An answer per key, in order. */
  results(): CacheGet.Response[] {
    return this.#results;
  }

  #hits<Value>(value: (hit: CacheGet.Hit) => Value): [string, Value][] {
    return this.#results.flatMap((result, index): [string, Value][] =>
      result.type === 'Hit' ? [[this.#keys.text(index), value(result)]] : [],
    );
  }

  /** The values that are there, by key. */
  values(): Record<string, string> {
    return this.valuesRecordStringString();
  }

  valuesRecord(): Record<string, string> {
    return this.valuesRecordStringString();
  }

  valuesRecordStringString(): Record<string, string> {
    return Object.fromEntries(this.#hits(hit => hit.valueString()));
  }

  valuesRecordStringUint8Array(): Record<string, Uint8Array> {
    return Object.fromEntries(this.#hits(hit => hit.valueUint8Array()));
  }

  valuesMap(): Map<string, string> {
    return this.valuesMapStringString();
  }

  valuesMapStringString(): Map<string, string> {
    return new Map(this.#hits(hit => hit.valueString()));
  }

  valuesMapStringUint8Array(): Map<string, Uint8Array> {
    return new Map(this.#hits(hit => hit.valueUint8Array()));
  }

  override toString(): string {
    return `${super.toString()}: ${shortenedList(this.#results.length, index => String(this.#results[index]))}`;
  }
}

/** An answer per item, in order. */
export abstract class ResultsBase extends BaseResponseSuccess {
  readonly #results: CacheSet.Response[];

  constructor(results: CacheSet.Response[]) {
    super();
    this.#results = results;
  }

  /** An answer per item, in order. */
  results(): CacheSet.Response[] {
    return this.#results;
  }
}

/** Whether there is an item. */
export abstract class ExistsBase extends BaseResponseSuccess {
  readonly #exists: boolean;

  constructor(exists: boolean | readonly boolean[]) {
    super();
    this.#exists = typeof exists === 'boolean' ? exists : exists[0] === true;
  }

  exists(): boolean {
    return this.#exists;
  }

  override toString(): string {
    return `${super.toString()}: exists: ${this.#exists}`;
  }
}

/** Whether there is an item, for each key. */
export abstract class AllExistBase extends BaseResponseSuccess {
  readonly #keys: Elements;
  readonly #exist: boolean[];

  constructor(keys: readonly Uint8Array[], exist: boolean[]);
  /** @internal */
  constructor(keys: Elements, exist: boolean[]);
  constructor(keys: readonly Uint8Array[] | Elements, exist: boolean[]) {
    super();
    this.#keys = elements(keys);
    this.#exist = exist;
  }

  /** In the order of the keys. */
  exists(): boolean[] {
    return this.#exist;
  }

  valueRecord(): Record<string, boolean> {
    return Object.fromEntries(this.#exist.map((exists, index) => [this.#keys.text(index), exists]));
  }

  override toString(): string {
    return `${super.toString()}: exists: ${this.#exist.join(', ')}`;
  }
}

/** The time that an item has left. */
export abstract class RemainingTtlBase extends ResponseBase {
  readonly #milliseconds: number;

  constructor(milliseconds: number) {
    super();
    this.#milliseconds = milliseconds;
  }

  remainingTtlMillis(): number {
    return this.#milliseconds;
  }

  override toString(): string {
    return `${super.toString()}: remaining ttl: ${this.#milliseconds}`;
  }
}

/** What an item is. */
export abstract class ItemTypeBase extends ResponseBase {
  readonly #itemType: ItemType;

  constructor(itemType: ItemType) {
    super();
    this.#itemType = itemType;
  }

  itemType(): ItemType {
    return this.#itemType;
  }

  override toString(): string {
    return `${super.toString()}: item type: ${this.#itemType}`;
  }
}
