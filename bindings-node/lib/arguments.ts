// What a user passed, judged and made ready for the addon: one function per kind in core/operations.toml.
//
// All of it is JavaScript's part: a proxy, a getter that throws, a view of memory that is gone are exceptions to catch
// here and nothing to reason about in the addon. Lists go over packed: all bytes in one array and the lengths in
// another. An addon that asks for 100,000 elements one by one takes several times as long.

import { types } from 'node:util';
import type { Bytes } from './collections';
import { InvalidArgumentError } from './errors';

/** Bytes of many values, one after the other, and the length of each. */
export type PackedBytes = [bytes: Uint8Array, lengths: Uint32Array];

const SECONDS_LEFT_OUT = NaN;

/** What `typeof` says, but null for null. */
function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'bigint' || value === undefined ? `${value}` : typeOf(value);
}

const isLeftOut = (value: unknown): value is undefined | null => value === undefined || value === null;

const isText = (value: unknown): value is string => typeof value === 'string';

/** A name. The core judges what it says. */
export function text(what: string, value: unknown): string {
  if (isText(value)) return value;
  throw new InvalidArgumentError(`${what} must be a string, not ${typeOf(value)}`);
}

export function bytes(what: string, value: unknown): Bytes {
  if (isText(value)) return value;
  if (!types.isUint8Array(value)) {
    throw new InvalidArgumentError(`Unsupported type for ${what}: ${typeOf(value)}; pass a string or a Uint8Array`);
  }
  // Only `at` and its like tell a view without memory from an empty one.
  if (byteLength(value) === 0) {
    try {
      Uint8Array.prototype.at.call(value, 0);
    } catch {
      throw new InvalidArgumentError(`Unsupported type for ${what}: a view of memory that has been given away`);
    }
  }
  return value;
}

// A property of the same name on the object itself would say something else.
const lengthOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'byteLength')!.get!;
const byteLength = (view: Uint8Array) => lengthOf.call(view) as number;

export function hash(what: string, value: unknown): Bytes {
  if (types.isUint8Array(value)) return bytes(what, value);
  throw new InvalidArgumentError(`Unsupported type for ${what}: ${typeOf(value)}; pass a Uint8Array`);
}

function pack(values: readonly Bytes[]): PackedBytes {
  const lengths = new Uint32Array(values.length);
  return packedAscii(values, lengths) ?? packedOneByOne(values, lengths);
}

/** Where all values are ASCII text, as most are, encoding them at once takes a third of the time. */
function packedAscii(values: readonly Bytes[], lengths: Uint32Array): PackedBytes | undefined {
  let characters = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (!isText(value)) return undefined;
    characters += lengths[index] = value.length;
  }
  const packed = Buffer.from(values.join(''));
  return packed.length === characters ? [packed, lengths] : undefined;
}

function packedOneByOne(values: readonly Bytes[], lengths: Uint32Array): PackedBytes {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as Bytes;
    total += lengths[index] = isText(value) ? Buffer.byteLength(value) : byteLength(value);
  }
  const packed = Buffer.allocUnsafe(total);
  let at = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as Bytes;
    if (isText(value)) packed.write(value, at);
    else packed.set(value, at);
    at += lengths[index] as number;
  }
  return [packed, lengths];
}

/** An array's or a set's elements. Other iterables may have no end. */
function elements(what: string, value: unknown, wanted: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  // The method itself: an object may have an iterator of its own, without an end.
  if (types.isSet(value)) return [...Set.prototype.values.call(value)];
  throw new InvalidArgumentError(`Unsupported type for ${what}: ${typeOf(value)}; pass ${wanted}`);
}

export function bytesList(what: string, value: unknown): PackedBytes {
  const list = elements(what, value, 'an array of strings or Uint8Arrays');
  const judged: Bytes[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const element = list[index];
    judged.push(isText(element) ? element : bytes(`${what}[${index}]`, element));
  }
  return pack(judged);
}

/** The pairs of a map, an object or an array of pairs. */
function pairs(what: string, value: unknown): [unknown, unknown][] {
  if (types.isMap(value)) return [...Map.prototype.entries.call(value)];
  if (Array.isArray(value)) {
    return Array.from(value, pair => {
      if (Array.isArray(pair) && pair.length === 2) return pair as [unknown, unknown];
      throw new InvalidArgumentError(`Unsupported type for ${what}: every element must be an array of two`);
    });
  }
  if (typeof value === 'object' && value !== null && !types.isSet(value) && !ArrayBuffer.isView(value)) {
    return Object.entries(value);
  }
  throw new InvalidArgumentError(
    `Unsupported type for ${what}: ${typeOf(value)}; pass a Map, an object or an array of pairs`,
  );
}

export function dictionary(what: string, value: unknown): PackedBytes {
  const judged: Bytes[] = [];
  for (const [field, fieldsValue] of pairs(what, value)) {
    judged.push(bytes(`a field of ${what}`, field), bytes(`a value of ${what}`, fieldsValue));
  }
  return pack(judged);
}

export function scored(what: string, value: unknown): [...PackedBytes, scores: Float64Array] {
  const found = pairs(what, value);
  const scores = new Float64Array(found.length);
  const judged = found.map(([element, elementsScore], index) => {
    scores[index] = score(`the score of an element of ${what}`, elementsScore);
    return bytes(`an element of ${what}`, element);
  });
  return [...pack(judged), scores];
}

export function items(what: string, value: unknown): [...PackedBytes, ttls: Float64Array] {
  const judged: Bytes[] = [];
  const ttls: number[] = [];
  const add = (key: unknown, itemsValue: unknown, seconds: unknown) => {
    judged.push(bytes(`a key of ${what}`, key), bytes(`a value of ${what}`, itemsValue));
    ttls.push(ttl(seconds) ?? SECONDS_LEFT_OUT);
    // NaN stands for a time that is left out, so it can't be one.
    if (Number.isNaN(seconds)) throw noTtl(seconds);
  };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const item = value[index] as unknown;
      if (typeof item !== 'object' || item === null) {
        throw new InvalidArgumentError(
          `Unsupported type for ${what}[${index}]: ${typeOf(item)}; pass an object with key and value`,
        );
      }
      const { key, value: itemsValue, ttl: seconds } = item as Record<string, unknown>;
      add(key, itemsValue, seconds);
    }
  } else {
    for (const [key, itemsValue] of pairs(what, value)) add(key, itemsValue, undefined);
  }
  return [...pack(judged), Float64Array.from(ttls)];
}

export function sources(value: unknown): [...PackedBytes, weights: Float64Array] {
  if (isLeftOut(value)) throw new InvalidArgumentError('At least one sources is required');
  const list = elements('sources', value, 'an array of objects with sortedSetName and weight');
  const weights = new Float64Array(list.length);
  const names: string[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const source = list[index] as Record<string, unknown> | null | undefined;
    const { sortedSetName, weight } = source ?? {};
    if (!isText(sortedSetName) || sortedSetName === '') {
      throw new InvalidArgumentError('sortedSetName must be a non-empty string');
    }
    if (!Number.isFinite(weight)) throw new InvalidArgumentError('weight must be a finite number');
    names.push(sortedSetName);
    weights[index] = weight as number;
  }
  return [...pack(names), weights];
}

function noTtl(value: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`ttl must be a positive integer, received ${shown(value)}`);
}

/** Seconds. The addon judges the number. */
export function ttl(value: unknown): number | undefined {
  if (isLeftOut(value)) return undefined;
  if (typeof value === 'number') return value;
  throw noTtl(value);
}

export function newTtl(value: unknown): number {
  if (typeof value === 'number') return value;
  throw noTtl(value);
}

export function minutes(what: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError(`${what} must be a positive integer, received ${shown(value)}`);
}

/** Anything with the methods of CollectionTtl: another copy of this package has a class of its own. */
export function collectionTtl(value: unknown): [seconds: number | undefined, refresh: boolean] {
  if (isLeftOut(value)) return [undefined, true];
  const { ttlSeconds, refreshTtl } = value as Record<string, unknown>;
  if (typeof ttlSeconds !== 'function' || typeof refreshTtl !== 'function') {
    throw new InvalidArgumentError(`ttl must be a CollectionTtl, received ${shown(value)}`);
  }
  return [ttl(ttlSeconds.call(value)), Boolean(refreshTtl.call(value))];
}

const LARGEST_AMOUNT = 2n ** 63n - 1n;
const SMALLEST_AMOUNT = -(2n ** 63n);

export function amount(what: string, value: unknown): number | bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  const whole = typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
  if (typeof whole === 'bigint' && whole >= SMALLEST_AMOUNT && whole <= LARGEST_AMOUNT) return whole;
  throw new InvalidArgumentError(`${what} must be a whole number of 64 bits, received ${shown(value)}`);
}

/** The core refuses NaN. */
export function score(what: string, value: unknown): number {
  if (typeof value === 'number') return value;
  throw new InvalidArgumentError(`${what} must be a number, received ${shown(value)}`);
}

export function scoreBound(what: string, value: unknown): number | undefined {
  return isLeftOut(value) ? undefined : score(what, value);
}

/** A whole number in these bounds; `below` is the official text for one below them. */
function whole(what: string, value: unknown, smallest: number, largest: number, below?: string): number {
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value < smallest && below !== undefined) throw new InvalidArgumentError(`${what} ${below}`);
    if (value >= smallest && value <= largest) return value;
  }
  throw new InvalidArgumentError(
    `${what} must be a whole number from ${smallest} to ${largest}, received ${shown(value)}`,
  );
}

const LARGEST_32_BITS = 2 ** 32 - 1;
const NOT_NEGATIVE = 'must be non-negative (>= 0)';

export function limit(what: string, value: unknown): number {
  return whole(what, value, 0, Number.MAX_SAFE_INTEGER, NOT_NEGATIVE);
}

export function popCount(what: string, value: unknown): number {
  return whole(what, value, 1, LARGEST_32_BITS, 'must be positive (> 0)');
}

export function index(what: string, value: unknown): number | undefined {
  return isLeftOut(value) ? undefined : whole(what, value, -(2 ** 31), 2 ** 31 - 1);
}

export function offset(what: string, value: unknown): number | undefined {
  return isLeftOut(value) ? undefined : whole(what, value, 0, LARGEST_32_BITS, NOT_NEGATIVE);
}

export function count(what: string, value: unknown): number | undefined {
  return isLeftOut(value) ? undefined : whole(what, value, 1, 2 ** 31 - 1, 'must be strictly positive (> 0)');
}

export function size(what: string, value: unknown): number | undefined {
  return isLeftOut(value) ? undefined : whole(what, value, 0, LARGEST_32_BITS);
}

export function descending(what: string, value: unknown): boolean {
  if (isLeftOut(value) || value === 'ASC') return false;
  if (value === 'DESC') return true;
  throw new InvalidArgumentError(`${what} must be a SortedSetOrder, 'ASC' or 'DESC', received ${shown(value)}`);
}

export function aggregate(what: string, value: unknown): number {
  if (isLeftOut(value)) return 0;
  if (value === 0 || value === 1 || value === 2) return value;
  throw new InvalidArgumentError(`${what} must be a SortedSetAggregate, 0 to 2, received ${shown(value)}`);
}

export function flag(what: string, value: unknown): boolean | undefined {
  if (isLeftOut(value)) return undefined;
  if (typeof value === 'boolean') return value;
  throw new InvalidArgumentError(`${what} must be true or false, received ${shown(value)}`);
}
