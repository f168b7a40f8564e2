// Response classes: what they tell, made by an answer or, as users do in tests, by hand.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import * as momento from 'momento-lambda';
import { startMomento } from './servers.mjs';

const timeout = 30_000;
const bytes = text => new Uint8Array(Buffer.from(text));
let server;
let client;

before(async () => {
  server = await startMomento();
  client = new momento.CacheClient({
    credentialProvider: momento.CredentialProvider.forMomentoLocal({ port: server.port }),
    defaultTtlSeconds: 60,
  });
});

after(async () => {
  client.close();
  await server.stop();
});

describe('made by hand with what the official constructors take', () => {
  const HIT = 2;
  const MISS = 3;
  for (const [name, variant, values, facts, text] of [
    ['CacheGet', 'Hit', [bytes('v')], { value: 'v', valueString: 'v' }, 'Hit: v'],
    ['CacheGetWithHash', 'Hit', [bytes('v'), bytes('h')], { value: 'v', hash: 'h' }, 'Hit: value=v, hash=h'],
    ['CacheGetWithHash', 'Miss', [], { value: undefined, hash: undefined }, 'Miss'],
    ['CacheSetWithHash', 'Stored', [bytes('h')], { hashString: 'h' }, 'Stored'],
    ['CacheIncrement', 'Success', [5], { value: 5, valueNumber: 5, valueBigInt: 5n }, 'Success: value: 5'],
    [
      'CacheIncrement',
      'Success',
      [2n ** 60n],
      { value: 2 ** 60, valueBigInt: 2n ** 60n },
      `Success: value: ${2n ** 60n}`,
    ],
    ['CacheKeyExists', 'Success', [[true]], { exists: true }, 'Success: exists: true'],
    [
      'CacheKeysExist',
      'Success',
      [
        [bytes('a'), bytes('b')],
        [true, false],
      ],
      { exists: [true, false], valueRecord: { a: true, b: false } },
      'Success: exists: true, false',
    ],
    ['CacheItemGetTtl', 'Hit', [1_500], { remainingTtlMillis: 1_500 }, 'Hit: remaining ttl: 1500'],
    ['CacheItemGetType', 'Hit', [momento.ItemType.SET], { itemType: 3 }, 'Hit: item type: 3'],
    [
      'CacheDictionaryFetch',
      'Hit',
      [[{ field: bytes('f'), value: bytes('v') }]],
      { value: { f: 'v' }, valueRecord: { f: 'v' }, valueMap: new Map([['f', 'v']]) },
      'Hit: valueDictionaryStringString: f: v',
    ],
    ['CacheDictionaryGetField', 'Hit', [bytes('v'), bytes('f')], { value: 'v', fieldString: 'f' }, 'Hit: v'],
    ['CacheDictionaryGetField', 'Miss', [bytes('f')], { value: undefined, fieldString: 'f' }, 'Miss'],
    [
      'CacheDictionaryGetFields',
      'Hit',
      [
        [
          { result: HIT, cacheBody: bytes('v') },
          { result: MISS, cacheBody: bytes('') },
        ],
        [bytes('f'), bytes('g')],
      ],
      { value: { f: 'v' }, valueMapStringUint8Array: new Map([['f', bytes('v')]]) },
      'Hit: valueDictionaryStringString: f: v',
    ],
    ['CacheDictionaryLength', 'Hit', [3], { length: 3, value: 3 }, 'Hit: length 3'],
    ['CacheListFetch', 'Hit', [['a', 'b'].map(bytes)], { value: ['a', 'b'], valueList: ['a', 'b'] }, 'Hit: [a,b]'],
    ['CacheListPushBack', 'Success', [7], { listLength: 7 }, 'Success: listLength: 7'],
    ['CacheSetFetch', 'Hit', [['a'].map(bytes)], { valueSet: new Set(['a']), valueArray: ['a'] }, 'Hit: [a]'],
    ['CacheSetContainsElement', 'Hit', [false], { containsElement: false }, 'Hit: Hit - false'],
    ['CacheSetContainsElements', 'Hit', [[bytes('a')], [true]], { containsElements: { a: true } }, 'Hit: a: true'],
    [
      'CacheSortedSetFetch',
      'Hit',
      [[{ value: bytes('a'), score: 1.5 }]],
      { value: [{ value: 'a', score: 1.5 }] },
      'Hit: valueArrayStringElements: a: 1.5',
    ],
    ['CacheSortedSetGetScore', 'Hit', [2, bytes('a')], { score: 2, valueString: 'a' }, 'Hit: value: a'],
    ['CacheSortedSetGetScore', 'Miss', [bytes('a')], { score: undefined, valueString: 'a' }, 'Miss: value: a'],
    [
      'CacheSortedSetGetScores',
      'Hit',
      [
        [
          { result: HIT, score: 2 },
          { result: MISS, score: 0 },
        ],
        [bytes('a'), bytes('b')],
      ],
      { value: { a: 2 }, valueMap: new Map([['a', 2]]) },
      'Hit: valueMapString: a: 2',
    ],
    ['CacheSortedSetGetRank', 'Hit', [4], { rank: 4 }, 'Hit: rank: 4'],
    ['CacheSortedSetIncrementScore', 'Success', [4.5], { score: 4.5 }, 'Success: value: 4.5'],
    ['CacheSortedSetUnionStore', 'Success', [6], { length: 6 }, 'Success: length 6'],
  ]) {
    test(`${name}.${variant}`, () => {
      const response = new momento[name][variant](...values);
      assert.equal(response.type, variant);
      assert.ok(response instanceof momento.ResponseBase);
      for (const [accessor, expected] of Object.entries(facts))
        assert.deepEqual(response[accessor](), expected, accessor);
      assert.equal(response.toString(), text);
    });
  }

  test('answers per element are responses themselves', () => {
    const { CacheDictionaryGetFields: fields, CacheSortedSetGetScores: scores } = momento;
    const items = [{ result: MISS, cacheBody: bytes('') }];
    const [field] = new fields.Hit(items, [bytes('f')]).responses;
    assert.ok(field instanceof momento.CacheDictionaryGetField.Miss);
    assert.equal(field.fieldString(), 'f');
    const [score] = new scores.Hit([{ result: HIT, score: 1 }], [bytes('a')]).responses();
    assert.ok(score instanceof momento.CacheSortedSetGetScore.Hit);
    const results = [new momento.CacheGet.Hit(bytes('v')), new momento.CacheGet.Miss()];
    const batch = new momento.CacheGetBatch.Success(results, [bytes('a'), bytes('b')]);
    assert.deepEqual(batch.values(), { a: 'v' });
    assert.deepEqual(batch.valuesMapStringUint8Array(), new Map([['a', bytes('v')]]));
    assert.equal(batch.toString(), 'Success: Hit: v,Miss');
  });

  test('answers of many elements turn into one of one', () => {
    const added = new momento.CacheSetAddElements.Success().toSingularResponse();
    assert.ok(added instanceof momento.CacheSetAddElement.Success);
    const inner = new momento.TimeoutError('late');
    const failed = new momento.CacheSetRemoveElements.Error(inner).toSingularResponse();
    assert.ok(failed instanceof momento.CacheSetRemoveElement.Error);
    assert.equal(failed.innerException(), inner);
  });

  test('every miss and every error can be asked what a hit can', () => {
    for (const [name, namespace] of Object.entries(momento)) {
      if (typeof namespace.Hit !== 'function' || typeof namespace.Miss !== 'function') continue;
      const accessors = ['value', 'length', 'rank', 'score', 'itemType', 'remainingTtlMillis', 'containsElement'];
      for (const accessor of accessors.filter(each => each in namespace.Hit.prototype)) {
        for (const variant of ['Miss', 'Error']) {
          assert.equal(namespace[variant].prototype[accessor]?.(), undefined, `${name}.${variant}.${accessor}`);
          assert.ok(accessor in namespace[variant].prototype, `${name}.${variant}.${accessor}`);
        }
      }
    }
  });
});

test('texts of answers end early', () => {
  const long = 'x'.repeat(50);
  const shown = `${'x'.repeat(32)}...`;
  assert.equal(new momento.CacheGet.Hit(bytes(long)).toString(), `Hit: ${shown}`);
  const list = new momento.CacheListFetch.Hit(Array(6).fill(bytes(long)));
  assert.equal(list.toString(), `Hit: [${Array(5).fill(shown).join()},...]`);
  const set = new momento.CacheSetSample.Hit([bytes(long)]);
  assert.equal(set.toString(), `Hit: [${shown}]`);
});

test('a record can hold any field', () => {
  const items = [{ field: bytes('__proto__'), value: bytes('v') }];
  const record = new momento.CacheDictionaryFetch.Hit(items).valueRecord();
  assert.deepEqual(Object.entries(record), [['__proto__', 'v']]);
});

describe('signing keys', { timeout }, () => {
  test('are made, listed, revoked, and shown to nobody', async () => {
    const made = await client.createSigningKey(60);
    assert.ok(made instanceof momento.CreateSigningKey.Success, String(made));
    assert.ok(made.getKey().length > 10 && made.getEndpoint().length > 0);
    const left = made.getExpiresAt() - Date.now();
    assert.ok(left > 50 * 60_000 && left <= 61 * 60_000, `${left} ms`);
    for (const shown of [String(made), JSON.stringify(made), inspect(made, { depth: 9, showHidden: true })]) {
      assert.ok(!shown.includes(made.getKey().slice(0, 8)), 'the key itself is shown');
    }
    const listed = await client.listSigningKeys();
    const found = listed.getSigningKeys().find(key => key.getKeyId() === made.getKeyId());
    assert.ok(found instanceof momento.SigningKey);
    assert.equal(found.getExpiresAt().getTime(), made.getExpiresAt().getTime());
    assert.equal((await client.revokeSigningKey(made.getKeyId())).type, 'Success');
  });
});

describe('errors over the wire', { timeout }, () => {
  test('say what grpc-js says, with its metadata', async () => {
    const error = (await client.get('no such cache', 'key')).innerException();
    assert.ok(error instanceof momento.CacheNotFoundError);
    assert.match(error.message, /^5 NOT_FOUND: /);
    assert.match(error.wrappedErrorMessage(), /^A cache .* attempting to use it: 5 NOT_FOUND: /);
    const { code, details, metadata } = error.transportDetails().grpc;
    assert.equal(code, 5);
    assert.equal(details, error.message);
    assert.ok(metadata instanceof momento.Metadata);
    assert.deepEqual(metadata.get('no such name'), []);
    assert.equal(typeof metadata.getMap(), 'object');
  });

  test('tell again which field or element it was about', async () => {
    const field = await client.dictionaryGetField('no such cache', 'd', 'the field');
    assert.equal(field.type, 'Error');
    assert.equal(field.fieldString(), 'the field');
    assert.equal(field.value(), undefined);
    const element = await client.sortedSetGetScore('no such cache', 'z', bytes('the element'));
    assert.equal(element.valueString(), 'the element');
    assert.equal(element.score(), undefined);
  });

  test('which limit it was is said by the trailer first', async () => {
    const answer = await client.set('cache', 'key', 'x'.repeat(6_000_000));
    assert.equal(answer.errorCode(), 'LIMIT_EXCEEDED_ERROR');
    assert.match(answer.message(), /^(Request|Item) size limit exceeded for this account: 8 RESOURCE_EXHAUSTED: /);
    const said = new momento.LimitExceededError('request limit', 8, {}, undefined, 'item_size_limit_exceeded');
    assert.match(said.wrappedErrorMessage(), /^Item size/);
    const unknown = new momento.LimitExceededError('request limit', 8, {}, undefined, 'another_limit_exceeded');
    assert.match(unknown.wrappedErrorMessage(), /^Request size/);
  });
});

test('metadata has the methods of grpc-js', () => {
  const metadata = new momento.Metadata();
  metadata.set('Name', 'a');
  metadata.add('name', 'b');
  assert.deepEqual(metadata.get('NAME'), ['a', 'b']);
  assert.deepEqual(metadata.getMap(), { name: 'a' });
  const copy = metadata.clone();
  copy.remove('name');
  assert.deepEqual(copy.toJSON(), {});
  copy.merge(metadata);
  assert.deepEqual(copy.toJSON(), { name: ['a', 'b'] });
});

describe('collections and batches', { timeout }, () => {
  test('a CollectionTtl says what it is', () => {
    const { CollectionTtl } = momento;
    for (const [ttl, seconds, refresh] of [
      [CollectionTtl.fromCacheTtl(), null, true],
      [CollectionTtl.of(5), 5, true],
      [new CollectionTtl(), null, true],
      [CollectionTtl.refreshTtlIfProvided(), null, false],
      [CollectionTtl.refreshTtlIfProvided(5), 5, true],
      [CollectionTtl.of(5).withNoRefreshTtlOnUpdates(), 5, false],
      [new CollectionTtl(5, false).withRefreshTtlOnUpdates(), 5, true],
    ]) {
      assert.deepEqual([ttl.ttlSeconds(), ttl.refreshTtl()], [seconds, refresh]);
      assert.equal(ttl.ttlMilliseconds(), seconds && seconds * 1_000);
      assert.equal(String(ttl), `ttl: ${seconds}, refreshTtl: ${refresh}`);
    }
    for (const wrong of [-1, NaN, Infinity, '5']) {
      assert.throws(() => CollectionTtl.of(wrong), momento.InvalidArgumentError);
    }
  });

  test('the functions of BatchUtils leave the arrays alone', async () => {
    const { batchDelete, batchGet, batchSet } = momento.BatchUtils;
    const keys = Array.from({ length: 12 }, (_, index) => `batch ${index}`);
    const items = keys.map(key => ({ key, value: `value of ${key}`, ttl: 30 }));
    const stored = await batchSet(client, 'cache', items, { maxConcurrentRequests: 3 });
    assert.deepEqual(Object.keys(stored).sort(), [...keys].sort());
    const found = await batchGet(client, 'cache', keys);
    for (const { key, value } of items) assert.equal(found[key].value(), value);
    const removed = await batchDelete(client, 'cache', keys);
    assert.ok(Object.values(removed).every(answer => answer.type === 'Success'));
    assert.deepEqual([keys.length, items.length], [12, 12]);
  });

  test('a number that can not be one of JavaScript keeps its digits', async () => {
    const large = 2n ** 62n + 1n;
    assert.equal((await client.increment('cache', 'large', large)).valueBigInt(), large);
    const answer = await client.dictionaryIncrement('cache', 'large dictionary', 'field', -large);
    assert.equal(answer.valueBigInt(), -large);
    assert.equal((await client.increment('cache', 'small')).value(), 1);
  });
});
