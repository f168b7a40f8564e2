// Large collections take time in proportion to their length, and loading the package takes little at all.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CacheClient, CacheListFetch, Configurations, CredentialProvider } from 'momento-lambda';
import { run, startMomento, timed } from './servers.mjs';

const LENGTH = 100_000;
/** For decoding 100,000 elements in JavaScript; it takes some 25 ms. */
const BUDGET = 200;
/** Over Node itself, with the addon and a client; the addon of a debug build takes longer to load. */
const LOADED_WITHIN = 10;
const DEBUG_BUILDS_MAY_TAKE = 60;
const ROUNDS = 9;
const timeout = 60_000;

let server;
let client;

before(async () => {
  server = await startMomento();
  client = new CacheClient({
    configuration: Configurations.Laptop.latest().withClientTimeoutMillis(30_000),
    credentialProvider: CredentialProvider.forMomentoLocal({ port: server.port }),
    defaultTtlSeconds: 60,
  });
});

after(async () => {
  client.close();
  await server.stop();
});

const numbered = length => Array.from({ length }, (_, index) => `element ${index}`);

/** The shortest of several: what it takes when nothing else runs. */
async function shortest(work) {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) best = Math.min(best, (await timed(work)).milliseconds);
  return best;
}

describe(`${LENGTH} elements`, { timeout }, () => {
  const values = numbered(LENGTH);

  test('of a list', async () => {
    assert.equal((await client.listConcatenateBack('cache', 'list', values)).listLength(), LENGTH);
    const hit = await client.listFetch('cache', 'list');
    assert.ok(hit instanceof CacheListFetch.Hit, String(hit));
    assert.deepEqual(hit.valueListString(), values);
    assert.equal(hit.toString(), 'Hit: [element 0,element 1,element 2,element 3,element 4,...]');
    const texts = await shortest(() => hit.valueListString());
    const views = await shortest(() => hit.valueListUint8Array());
    console.log(`${texts.toFixed()} ms for texts, ${views.toFixed()} ms for views of ${LENGTH} elements`);
    assert.ok(texts < BUDGET && views < BUDGET, `${texts} ms, ${views} ms`);
  });

  test('take twice as long as half of them', async () => {
    await client.listConcatenateBack('cache', 'half', values.slice(LENGTH / 2));
    const [whole, half] = [await client.listFetch('cache', 'list'), await client.listFetch('cache', 'half')];
    const [long, short] = [await shortest(() => whole.valueList()), await shortest(() => half.valueList())];
    assert.ok(long < 4 * short, `${long} ms against ${short} ms`);
  });

  test('of a set, a dictionary and a sorted set', async () => {
    assert.equal((await client.setAddElements('cache', 'set', values)).type, 'Success');
    const { result, milliseconds } = await timed(async () => (await client.setFetch('cache', 'set')).valueSet());
    assert.equal(result.size, LENGTH);
    assert.ok(milliseconds < 20 * BUDGET, `${milliseconds} ms with the server`);

    const fields = new Map(values.map(value => [value, value]));
    assert.equal((await client.dictionarySetFields('cache', 'dictionary', fields)).type, 'Success');
    const fetched = await client.dictionaryFetch('cache', 'dictionary');
    assert.deepEqual(fetched.valueMap(), fields);
    assert.ok((await shortest(() => fetched.valueRecord())) < 2 * BUDGET);
    const asked = await client.dictionaryGetFields('cache', 'dictionary', values);
    assert.equal(asked.responses.length, LENGTH);
    assert.equal(asked.valueMap().size, LENGTH);

    const scores = values.map((value, index) => [value, index]);
    assert.equal((await client.sortedSetPutElements('cache', 'sorted', scores)).type, 'Success');
    const ranked = await client.sortedSetFetchByRank('cache', 'sorted');
    assert.deepEqual(ranked.value().at(-1), { value: values.at(-1), score: LENGTH - 1 });
    assert.ok((await shortest(() => ranked.value())) < BUDGET);
  });
});

test('the package is loaded and a client made in little time', { timeout }, async t => {
  const program = fileURLToPath(new URL('programs/load.cjs', import.meta.url));
  const times = [];
  let debug = false;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { output, status } = await run(process.execPath, [program]);
    assert.equal(status, 0, output);
    const { milliseconds, bytes } = JSON.parse(output);
    times.push(milliseconds);
    debug = bytes > 2 ** 24;
  }
  const best = Math.min(...times);
  t.diagnostic(`${best.toFixed(1)} ms`);
  console.log(`${best.toFixed(1)} ms for require and a client${debug ? ', with a debug build' : ''}`);
  assert.ok(best < (debug ? DEBUG_BUILDS_MAY_TAKE : LOADED_WITHIN), times.join(', '));
});
