// From a case of tests/vectors to a call of the published Node SDK, and from its answer to what differs.

import {isDeepStrictEqual} from 'node:util';
import {CacheClient, CollectionTtl, ItemType, SdkError, SortedSetAggregate, SortedSetOrder} from '@gomomento/sdk';
import {operations} from './vectors.mjs';

/** The SDK has no such operation, or no way to write or read such an argument or answer. */
export class CannotExpress extends Error {}

const camel = name => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
const bytesOf = value => new Uint8Array(Buffer.from(value));
const isText = bytes => Buffer.from(Buffer.from(bytes).toString()).equals(Buffer.from(bytes));

/** The method's name and its arguments. Making some of them can already be refused: that throws an SdkError. */
export function callOf({operation, arguments: given}, names) {
  const method = camel(operation);
  if (!(method in CacheClient.prototype)) throw new CannotExpress(method);
  const values = [];
  const options = {};
  for (const {name, node, kind, optional} of operations[operation].arguments) {
    const value = name in given ? argument(kind, given[name], names) : undefined;
    if (!optional) values.push(value);
    else if (name in given) options[node ?? camel(name)] = value;
  }
  if (Object.keys(options).length > 0) values.push(options);
  return [method, values];
}

function argument(kind, written, names) {
  if (written?.raw !== undefined) return written.raw === 'undefined' ? undefined : written.raw;
  switch (kind) {
    case 'ttl':
      return written.seconds;
    case 'new_ttl':
      return written.seconds * 1000;
    case 'collection_ttl':
      return new CollectionTtl(written.seconds ?? null, written.refresh ?? true);
    case 'bytes_list':
      return list(written, names);
    case 'dictionary':
      return new Map(pairs(written, names, value => plain(value, names), text => text));
    case 'scored':
      return new Map(pairs(written, names, Number, (_, number) => number));
    case 'items':
      return written.items.map(({key, value, ttl}) => ({
        key: argument('bytes', key, names),
        value: argument('bytes', value, names),
        ...(ttl && {ttl: argument('ttl', ttl, names)}),
      }));
    case 'sources':
      return written.sources.map(({name, weight}) => ({sortedSetName: name, weight: Number(weight)}));
    case 'amount':
      if (!Number.isSafeInteger(Number(written))) throw new CannotExpress('a whole number beyond 2^53');
      return Number(written);
    case 'score':
    case 'score_bound':
      return Number(written);
    case 'order':
      return written === 'descending' ? SortedSetOrder.Descending : SortedSetOrder.Ascending;
    case 'aggregate':
      return SortedSetAggregate[written.toUpperCase()];
    case 'limit':
    case 'pop_count':
    case 'index':
    case 'offset':
    case 'count':
    case 'size':
      return written;
    default:
      return plain(written, names);
  }
}

function plain(written, names) {
  if (typeof written === 'string') return names[written] ?? written;
  if ('base64' in written) return new Uint8Array(Buffer.from(written.base64, 'base64'));
  if ('bytes' in written) return written.bytes;
  return written.repeat.repeat(written.times);
}

function list(written, names) {
  if (Array.isArray(written)) return written.map(value => plain(value, names));
  return Array.from({length: written.times}, (_, number) => `${written.numbered}${number}`);
}

function pairs(written, names, second, numbered) {
  if ('numbered' in written) return list(written).map((text, number) => [text, numbered(text, number)]);
  return (written.pairs ?? written).map(([first, value]) => [plain(first, names), second(value)]);
}

/** An error that is none of the SDK's. */
const isThrown = answer => answer instanceof Error && !(answer instanceof SdkError);

/** What an answer, or what was thrown instead, differs in; undefined if in nothing. */
export function difference(expected, {operation, arguments: given}, answer, names) {
  const isError = answer instanceof SdkError || answer.type === 'Error';
  const code = isError ? (answer.errorCode?.() ?? answer.errorCode) : undefined;
  const message = isError ? (answer.message instanceof Function ? answer.message() : answer.message) : '';
  const told = `${answer.type ?? answer.constructor.name} ${code ?? ''} ${message || (isThrown(answer) ? answer.message : '')}`;
  if (expected.error) {
    if (code !== expected.error.code) return told;
    return message.toLowerCase().includes(expected.error.message.toLowerCase()) ? undefined : told;
  }
  if (isThrown(answer)) return told;
  if (!expected.reply) return code === 'INVALID_ARGUMENT_ERROR' ? told : undefined;
  if (answer.type !== expected.reply.variant) return told;
  const shape = operations[operation].reply;
  return isReply(shape, expected.reply, answer, names, given) ? undefined : told;
}

function isReply(shape, reply, answer, names, given) {
  const bytes = value => bytesOf(plain(value, names));
  const same = isDeepStrictEqual;
  if (shape === 'field') {
    if (!same(bytesOf(answer.fieldUint8Array()), bytes(reply.field))) return false;
    return reply.variant === 'Miss' || same(bytesOf(answer.valueUint8Array()), bytes(reply.value));
  }
  if (shape === 'element_score') {
    if (!same(bytesOf(answer.valueUint8Array()), bytes(reply.element))) return false;
    return reply.variant === 'Miss' || answer.score() === Number(reply.score);
  }
  if (shape === 'caches') return answer.getCaches().some(cache => cache.getName() === plain(reply.includes_cache, names));
  if (reply.variant === 'Miss') return true;
  switch (shape) {
    case 'value':
    case 'hashed_value':
      return same(bytesOf(answer.valueUint8Array()), bytes(reply.value));
    case 'stored_with_hash':
      return reply.variant === 'NotStored' || answer.hashUint8Array().length > 0;
    case 'values': {
      const results = answer.results().map(one => (one.type === 'Hit' ? bytesOf(one.valueUint8Array()) : one.type));
      return same(results, reply.values.map(([, value]) => (value === null ? 'Miss' : bytes(value))));
    }
    case 'results':
      return same(answer.results().map(one => one.type), reply.results);
    case 'integer':
      if (!Number.isSafeInteger(Number(reply.integer))) throw new CannotExpress('a whole number beyond 2^53');
      return answer.value() === Number(reply.integer);
    case 'exists':
      return answer.exists() === reply.is;
    case 'all_exist':
      return same(answer.exists(), reply.are.map(([, is]) => is));
    case 'remaining_ttl': {
      const seconds = answer.remainingTtlMillis() / 1000;
      return seconds <= reply.at_most && seconds > reply.more_than;
    }
    case 'item_type':
      return ItemType[answer.itemType()] === reply.item_type || answer.itemType() === reply.item_type;
    case 'dictionary': {
      const wanted = pairs(reply.dictionary, names, value => bytes(value), bytesOf);
      if (!wanted.every(([field]) => isText(bytesOf(field)))) throw new CannotExpress('fields that are no text');
      const found = [...answer.valueMapStringUint8Array()].map(([field, value]) => [field, bytesOf(value)]);
      return same(new Map(found), new Map(wanted.map(([field, value]) => [Buffer.from(field).toString(), value])));
    }
    case 'fields': {
      const found = answer.responses.map(one => (one.type === 'Hit' ? bytesOf(one.valueUint8Array()) : null));
      return same(found, reply.fields.map(([, value]) => (value === null ? null : bytes(value))));
    }
    case 'length':
    case 'total':
      return answer.length() === reply.length;
    case 'list_length':
      return answer.listLength() === reply.length;
    case 'list':
      return same(answer.valueListUint8Array().map(bytesOf), list(reply.list, names).map(bytesOf));
    case 'set': {
      const text = value => Buffer.from(value).toString('base64');
      const found = answer.valueArrayUint8Array().map(text).sort();
      if (reply.set) return same(found, list(reply.set, names).map(text).sort());
      const allowed = list(reply.some_of, names).map(text);
      return found.length === reply.size && found.every(value => allowed.includes(value));
    }
    case 'contains':
      return answer.containsElement() === reply.is;
    case 'contains_all': {
      if (!reply.are.every(([element]) => isText(bytes(element)))) throw new CannotExpress('elements that are no text');
      const wanted = reply.are.map(([element, is]) => [Buffer.from(bytes(element)).toString(), is]);
      return same({...answer.containsElements()}, Object.fromEntries(wanted));
    }
    case 'sorted_set': {
      const wanted = pairs(reply.sorted_set, names, Number, (_, number) => number);
      const found = answer.valueArrayUint8Elements().map(({value, score}) => [bytesOf(value), score]);
      return same(found, wanted.map(([value, score]) => [bytesOf(value), score]));
    }
    case 'scores': {
      const found = answer.responses().map(one => (one.type === 'Hit' ? one.score() : null));
      return same(found, reply.scores.map(([, score]) => (score === null ? null : Number(score))));
    }
    case 'rank':
      return answer.rank() === reply.rank;
    case 'score':
      return answer.score() === Number(reply.score);
    default:
      return true;
  }
}

/** A step with the hashes in its arguments asked for: the server alone knows them. */
export async function withHashes(client, step, names) {
  const given = {...step.arguments};
  for (const [name, value] of Object.entries(given)) {
    if (value?.hash_of === undefined) continue;
    const cache = `${names.$cache}-hashes`;
    await client.createCache(cache);
    const stored = await client.setWithHash(cache, 'hashed', plain(value.hash_of, names));
    given[name] = {bytes: stored.hashUint8Array()};
  }
  return {operation: step.operation, arguments: given};
}
