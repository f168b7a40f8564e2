// Whatever is passed as an argument, an operation answers with one of its responses: it never throws, rejects or hangs.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import * as momento from 'momento-lambda';
import { startMomento, within } from './servers.mjs';

const TABLE = new URL('../../tests/parity/operations.json', import.meta.url);
const { operations } = JSON.parse(readFileSync(TABLE));
const camel = name => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
/** In all, over the tests of this file. */
const CASES = 10_000;
const ROUND_TRIPS = 200;
const timeout = 60_000;

let server;
let client;
let run = 0;
let refused = 0;
let took = 0;

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
  console.log(`fuzz: ${run} cases, ${refused} of them answered with an error, in ${Math.round(took)} ms`);
  assert.ok(run >= CASES, 'as many cases as were meant to be');
});

const thrower = () => {
  throw new Error('thrown on purpose');
};
/** An object that throws whatever is done with it. */
const hostile = () => new Proxy({}, Object.fromEntries(Reflect.ownKeys(Reflect).map(trap => [trap, thrower])));

function detached() {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

function shrunk() {
  if (!ArrayBuffer.prototype.resize) return detached();
  const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
  const bytes = new Uint8Array(buffer, 8, 8);
  buffer.resize(4);
  return bytes;
}

function endless() {
  const set = new Set(['a']);
  set[Symbol.iterator] = function* () {
    for (;;) yield 'a';
  };
  return set;
}

const lying = () => Object.defineProperty(new Uint8Array(3), 'byteLength', { get: () => 2 ** 40 });
const midway = () => Object.defineProperty(['a', 'b', 'c'], 1, { get: thrower });
const sparse = () => Object.assign([], { 0: 'a', 3: 'b' });
const shared = () => new Uint8Array(new SharedArrayBuffer(4));
const getter = () => ({
  key: 'k',
  value: 'v',
  get ttl() {
    return thrower();
  },
});

const EVIL = [
  hostile,
  detached,
  shrunk,
  endless,
  lying,
  midway,
  sparse,
  shared,
  getter,
  () => [hostile()],
  () => new Map([[hostile(), 'v']]),
  () => ({
    get a() {
      return thrower();
    },
  }),
  () => ({ [Symbol('s')]: 'v', a: 'b' }),
  () => new Proxy(['a'], {}),
  () => new Proxy(new Uint8Array(2), {}),
  () => new Float64Array([1.5]),
  () => new DataView(new ArrayBuffer(2)),
  () => ({ ttlSeconds: thrower, refreshTtl: () => true }),
  () => ({ ttlSeconds: () => 'soon', refreshTtl: () => true }),
  () => ({ sortedSetName: 'z', weight: NaN }),
  () => [['a', 1, 2]],
  () => '\ud800',
  () => ({ aborted: false, addEventListener: thrower }),
  () => ({ aborted: false, addEventListener() {}, removeEventListener: thrower }),
];

/** Made when it is passed: fast-check itself looks at what it generates. */
class Evil {
  constructor(make) {
    this.make = make;
  }
}

const real = value => (value instanceof Evil ? value.make() : value);

/** Options are looked into, other objects passed as they are. */
function made(values) {
  const options = real(values.at(-1));
  const isPlain = typeof options === 'object' && options !== null && options === values.at(-1);
  if (!isPlain || Array.isArray(options)) return values.map(real);
  const entries = Object.entries(options).map(([name, value]) => [name, real(value)]);
  return [...values.slice(0, -1).map(real), Object.fromEntries(entries)];
}

const evil = fc.constantFrom(...EVIL).map(make => new Evil(make));
const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.constantFrom(
    NaN,
    Infinity,
    -Infinity,
    -0,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    2 ** 64,
    1e300,
    2n ** 63n,
    -(2n ** 63n),
    2n ** 100n,
  ),
);
const texts = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('', ' ', 'cache', 'a\0b', 'caché'));
const bytes = fc.oneof(texts, fc.uint8Array());
const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true });
const bad = fc.oneof({ weight: 2, arbitrary: anything }, { weight: 2, arbitrary: evil }, numbers);

/** Fit values, by kind. */
const GOOD = {
  cache_name: fc.constant('cache'),
  name: texts,
  text: texts,
  bytes,
  hash: fc.uint8Array(),
  bytes_list: fc.oneof(
    fc.array(bytes),
    fc.array(bytes).map(list => new Set(list)),
  ),
  dictionary: fc.oneof(
    fc.array(fc.tuple(bytes, bytes)).map(pairs => new Map(pairs)),
    fc.dictionary(fc.string(), fc.string()),
    fc.array(fc.tuple(bytes, bytes)),
  ),
  scored: fc.oneof(
    fc.array(fc.tuple(bytes, fc.double())).map(pairs => new Map(pairs)),
    fc.dictionary(fc.string(), fc.double()),
  ),
  items: fc.array(fc.record({ key: bytes, value: bytes, ttl: fc.option(fc.integer(), { nil: undefined }) })),
  sources: fc.array(fc.record({ sortedSetName: texts, weight: fc.double() })),
  collection_ttl: fc.integer({ min: 0 }).map(seconds => momento.CollectionTtl.of(seconds)),
  order: fc.constantFrom('ASC', 'DESC'),
  aggregate: fc.constantFrom(0, 1, 2),
  flag: fc.boolean(),
};

/** Mostly fit, so that every argument has its turn to be judged. */
const argument = ({ kind }) => fc.oneof({ weight: 9, arbitrary: GOOD[kind] ?? numbers }, { weight: 1, arbitrary: bad });

const optionsOf = optional => {
  const fields = Object.fromEntries(optional.map(each => [each.node ?? camel(each.name), argument(each)]));
  const signals = fc.oneof(fc.constantFrom(undefined, null, new AbortController().signal), bad);
  const fit = fc.record({ ...fields, abortSignal: signals }, { requiredKeys: [] });
  return fc.oneof({ weight: 4, arbitrary: fit }, { weight: 1, arbitrary: bad }, fc.constant(undefined));
};

async function checked(property, runs) {
  const begun = performance.now();
  await fc.assert(property, { numRuns: runs, endOnFailure: true });
  took += performance.now() - begun;
}

describe('whatever is passed', { timeout: 4 * timeout }, () => {
  const runs = Math.ceil((CASES - 3 * ROUND_TRIPS) / operations.length);
  for (const operation of operations) {
    const name = camel(operation.name);
    const positional = operation.arguments.filter(each => !each.optional);
    const optional = operation.arguments.filter(each => each.optional);
    test(`${name} answers`, async () => {
      const variants = Object.values(momento[operation.response]);
      const values = fc.tuple(...positional.map(argument), optionsOf(optional));
      const answers = async given => {
        run += 1;
        // The others need it.
        if (name === 'deleteCache' && given[0] === 'cache') given[0] = 'another cache';
        const answer = await within(10_000, name, client[name](...made(given)));
        assert.ok(
          variants.some(variant => answer instanceof variant),
          String(answer),
        );
        assert.equal(typeof answer.toString(), 'string');
        if (answer.type !== 'Error') return;
        refused += 1;
        assert.ok(answer.innerException() instanceof momento.SdkError);
        assert.notEqual(answer.errorCode(), 'UNKNOWN_ERROR', answer.message());
      };
      await checked(fc.asyncProperty(values, answers), runs);
    });
  }
});

describe('what is stored comes back', { timeout }, () => {
  const key = value => Buffer.from(value).toString('hex');
  const fresh = () => `round-trip-${run}`;

  test('lists, in order', () =>
    checked(
      fc.asyncProperty(fc.array(bytes, { minLength: 1 }), async values => {
        run += 1;
        const name = fresh();
        const stored = await client.listConcatenateBack('cache', name, values);
        assert.equal(stored.listLength?.(), values.length, String(stored));
        const found = await client.listFetch('cache', name);
        assert.deepEqual(found.valueListUint8Array().map(key), values.map(key));
        assert.deepEqual(
          found.valueListString(),
          values.map(value => Buffer.from(value).toString()),
        );
      }),
      ROUND_TRIPS,
    ));

  test('dictionaries', () =>
    checked(
      fc.asyncProperty(fc.array(fc.tuple(bytes, bytes), { minLength: 1 }), async pairs => {
        run += 1;
        const name = fresh();
        assert.equal((await client.dictionarySetFields('cache', name, pairs)).type, 'Success');
        const wanted = new Map(pairs.map(([field, value]) => [key(field), key(value)]));
        const found = await client.dictionaryFetch('cache', name);
        const seen = [...found.valueMapUint8ArrayUint8Array()].map(pair => pair.map(key));
        assert.deepEqual(new Map(seen), wanted);
        const asked = await client.dictionaryGetFields('cache', name, [
          ...pairs.map(([field]) => field),
          'no such field',
        ]);
        assert.equal(asked.responses.at(-1).type, wanted.has(key('no such field')) ? 'Hit' : 'Miss');
        for (const [index, [field]] of pairs.entries()) {
          assert.equal(key(asked.responses[index].valueUint8Array()), wanted.get(key(field)));
        }
      }),
      ROUND_TRIPS,
    ));

  test('sorted sets, with their scores', () =>
    checked(
      fc.asyncProperty(
        fc.array(fc.tuple(bytes, fc.double({ noNaN: true })), { minLength: 1 }),
        fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
        async (pairs, amount) => {
          run += 1;
          const name = fresh();
          assert.equal((await client.sortedSetPutElements('cache', name, pairs)).type, 'Success');
          const wanted = new Map(pairs.map(([element, score]) => [key(element), score === 0 ? 0 : score]));
          const found = await client.sortedSetFetchByRank('cache', name);
          const seen = found.valueArrayUint8Elements().map(({ value, score }) => [key(value), score === 0 ? 0 : score]);
          assert.deepEqual(new Map(seen), wanted);
          const counted = await client.increment('cache', `${name} counted`, amount);
          assert.equal(counted.valueBigInt(), amount);
          assert.equal(counted.value(), Number(amount));
        },
      ),
      ROUND_TRIPS,
    ));
});
