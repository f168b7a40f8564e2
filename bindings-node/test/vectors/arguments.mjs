// Arguments of vectors as this language has them, and calls with them.

import { readFileSync } from 'node:fs';
import { CollectionTtl, SdkError } from 'momento-lambda';
import * as momento from 'momento-lambda';

const TABLE = new URL('../../../tests/parity/operations.json', import.meta.url);

export const operations = Object.fromEntries(
  JSON.parse(readFileSync(TABLE)).operations.map(operation => [operation.name, operation]),
);

export const camel = name => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
export const nameOf = ({ name, node }) => node ?? camel(name);

const NUMBERS = { NaN, Infinity, '-Infinity': -Infinity };

/** A JSON number, or the text of one that JSON does not have. */
export const number = value => (typeof value === 'string' ? NUMBERS[value] : value);

/** Text or bytes. */
export function bytes(value, names = {}) {
  if (typeof value === 'string') return names[value] ?? value;
  if ('base64' in value) return new Uint8Array(Buffer.from(value.base64, 'base64'));
  if ('repeat' in value) return value.repeat.repeat(value.times);
  return raw(value);
}

function raw(value) {
  if (!('raw' in value)) throw new Error(`what is ${JSON.stringify(value)}?`);
  return value.raw === 'undefined' ? undefined : value.raw;
}

const isRaw = value => value !== null && typeof value === 'object' && 'raw' in value;
export const numbered = ({ numbered: prefix, times }) =>
  Array.from({ length: times }, (_, index) => `${prefix}${index}`);

function list(value) {
  return Array.isArray(value) ? value.map(element => bytes(element)) : numbered(value);
}

function dictionary(value) {
  const pairs = value.pairs ?? numbered(value).map(text => [text, text]);
  return new Map(pairs.map(([field, its]) => [bytes(field), bytes(its)]));
}

function scored(value) {
  const pairs = value.pairs ?? numbered(value).map((text, index) => [text, index]);
  return new Map(pairs.map(([element, score]) => [bytes(element), number(score)]));
}

const UNITS = { ttl: 1, new_ttl: 1_000, key_ttl: 1 / 60 };

function time(kind, value) {
  if (isRaw(value)) return raw(value);
  return value.seconds * UNITS[kind];
}

function item({ key, value, ttl }) {
  const made = { key: bytes(key), value: bytes(value) };
  return ttl === undefined ? made : { ...made, ttl: time('ttl', ttl) };
}

function amount(value) {
  return typeof value === 'string' ? BigInt(value) : value;
}

const ORDERS = { ascending: momento.SortedSetOrder.Ascending, descending: momento.SortedSetOrder.Descending };

const READERS = {
  cache_name: bytes,
  name: bytes,
  text: bytes,
  bytes,
  hash: bytes,
  bytes_list: list,
  dictionary,
  scored,
  items: ({ items }) => items.map(item),
  sources: ({ sources }) => sources.map(({ name, weight }) => ({ sortedSetName: bytes(name), weight: number(weight) })),
  collection_ttl: ({ seconds, refresh }) => new CollectionTtl(seconds ?? null, refresh ?? true),
  amount,
  score: number,
  score_bound: number,
  order: value => ORDERS[value],
  aggregate: value => momento.SortedSetAggregate[value.toUpperCase()],
};

export function argument(kind, value, names) {
  if (isRaw(value)) return raw(value);
  if (kind in UNITS) return time(kind, value);
  return (READERS[kind] ?? (same => same))(value, names);
}

/** The answer of an operation; a refusal by a constructor of an argument counts as one. */
export async function call(client, { operation, arguments: given }, names) {
  const { arguments: taken, response } = operations[operation];
  try {
    const values = [];
    const options = {};
    for (const each of taken) {
      const value = each.name in given ? argument(each.kind, given[each.name], names) : undefined;
      if (!each.optional) values.push(value);
      else if (each.name in given) options[nameOf(each)] = value;
    }
    if (Object.keys(options).length > 0) values.push(options);
    return await client[camel(operation)](...values);
  } catch (error) {
    if (error instanceof SdkError) return new momento[response].Error(error, new Uint8Array());
    throw error;
  }
}
