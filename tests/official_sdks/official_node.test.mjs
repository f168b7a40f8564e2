// Momento's published Node package, unchanged, against momento-lambda-local.
//
// The same cases as test_official_python.py, with Node's answers. Run with `npm ci && npm test` here after
// `cargo build --release -p momento-lambda-local`, or name another binary in MOMENTO_LAMBDA_LOCAL.

import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {
  CacheDelete,
  CacheFlush,
  CacheGet,
  CacheSet,
  CreateCache,
  DeleteCache,
  ListCaches,
  MomentoErrorCode,
} from '@gomomento/sdk';
import {connect, local, serve, withToken} from './official.mjs';

const PATIENCE_MS = 20_000;
const TOKEN = 'the-one-accepted-token';

describe('the published SDK', () => {
  let server;
  let client;
  let cache;

  before(async () => {
    server = await serve();
    client = await connect(local(server.port));
    cache = `cache-${randomUUID()}`;
    assert.ok((await client.createCache(cache)) instanceof CreateCache.Success);
  });

  after(async () => {
    assert.ok((await client.deleteCache(cache)) instanceof DeleteCache.Success);
    client.close();
    await server.stop();
  });

  test('creates and lists caches', async () => {
    assert.ok((await client.createCache(cache)) instanceof CreateCache.AlreadyExists);
    const listed = await client.listCaches();
    assert.ok(listed instanceof ListCaches.Success);
    const info = listed.getCaches().find(one => one.getName() === cache);
    assert.equal(info.getCacheLimits().maxItemSizeKb, 4883);
    assert.equal(info.getCacheLimits().maxTtlSeconds, 86_400);
    assert.equal(info.getTopicLimits().maxSubscriptionCount, 100);
  });

  test('sets, gets and deletes', async () => {
    assert.ok((await client.get(cache, 'key')) instanceof CacheGet.Miss);
    assert.ok((await client.set(cache, 'key', 'value')) instanceof CacheSet.Success);
    const hit = await client.get(cache, 'key');
    assert.ok(hit instanceof CacheGet.Hit);
    assert.equal(hit.valueString(), 'value');

    const bytes = Uint8Array.of(0, 255);
    assert.ok((await client.set(cache, bytes, bytes)) instanceof CacheSet.Success);
    assert.deepEqual(Buffer.from((await client.get(cache, bytes)).valueUint8Array()), Buffer.from(bytes));

    assert.ok((await client.delete(cache, 'key')) instanceof CacheDelete.Success);
    assert.ok((await client.get(cache, 'key')) instanceof CacheGet.Miss);
    assert.ok((await client.delete(cache, 'key')) instanceof CacheDelete.Success);
  });

  test('sees an item expire', async () => {
    const start = performance.now();
    assert.ok((await client.set(cache, 'brief', 'value', {ttl: 1})) instanceof CacheSet.Success);
    while ((await client.get(cache, 'brief')) instanceof CacheGet.Hit) {
      assert.ok(performance.now() - start < PATIENCE_MS, 'the item never expired');
    }
    assert.ok(performance.now() - start >= 1000);
  });

  test('flushes', async () => {
    await client.set(cache, 'a', 'value');
    assert.ok((await client.flushCache(cache)) instanceof CacheFlush.Success);
    assert.ok((await client.get(cache, 'a')) instanceof CacheGet.Miss);
  });

  test('does not find an unknown cache', async () => {
    const unknown = `unknown-${randomUUID()}`;
    const answers = [
      await client.get(unknown, 'key'),
      await client.set(unknown, 'key', 'value'),
      await client.delete(unknown, 'key'),
      await client.flushCache(unknown),
      await client.deleteCache(unknown),
    ];
    for (const answer of answers) {
      assert.equal(answer.errorCode(), MomentoErrorCode.CACHE_NOT_FOUND_ERROR);
    }
  });

  test('fits five megabytes and no more', async () => {
    assert.ok((await client.set(cache, 'large', 'x'.repeat(5_000_000))) instanceof CacheSet.Success);
    assert.equal((await client.get(cache, 'large')).valueString().length, 5_000_000);
    const refused = await client.set(cache, 'large', 'x'.repeat(5_300_000));
    assert.ok(refused instanceof CacheSet.Error);
    assert.equal(refused.errorCode(), MomentoErrorCode.LIMIT_EXCEEDED_ERROR);
    assert.match(refused.message(), /^Request size limit exceeded for this account/);
  });
});

test('only the given token is accepted', async () => {
  const server = await serve('--token', TOKEN, '--cache', 'cache');
  const accepted = await connect(withToken(server.port, TOKEN));
  assert.ok((await accepted.get('cache', 'key')) instanceof CacheGet.Miss);
  accepted.close();
  for (const provider of [withToken(server.port, 'another-token'), local(server.port)]) {
    const client = await connect(provider);
    const answers = [
      await client.get('cache', 'key'),
      await client.set('cache', 'key', 'value'),
      await client.createCache('new'),
      await client.listCaches(),
    ];
    for (const answer of answers) {
      assert.equal(answer.errorCode(), MomentoErrorCode.AUTHENTICATION_ERROR);
      assert.ok(!answer.message().includes(TOKEN));
    }
    client.close();
  }
  await server.stop();
});
