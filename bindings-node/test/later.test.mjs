// Methods that are loaded with the first call of their section: see lib/later.ts. Each test uses a section of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import momento from '../dist/index.js';

const { CacheClient, MomentoLocalProvider } = momento;
const operations = Object.getPrototypeOf(CacheClient.prototype);

function closedClient(Class = CacheClient) {
  const client = new Class({ credentialProvider: new MomentoLocalProvider(), defaultTtlSeconds: 60 });
  client.close();
  return client;
}

test('what a user puts in place of a method stays, and what was there works on', async () => {
  const original = operations.listFetch;
  operations.listFetch = function (...values) {
    return original.apply(this, values);
  };
  const { listFetch } = operations;
  const client = closedClient();
  assert.ok((await client.listLength('cache', 'list')) instanceof momento.CacheListLength.Error);
  assert.equal(operations.listFetch, listFetch);
  assert.ok((await client.listFetch('cache', 'list')) instanceof momento.CacheListFetch.Error);
  operations.listFetch = original;
  assert.ok((await client.listFetch('cache', 'list')) instanceof momento.CacheListFetch.Error);
});

test('a subclass calls the method that it overrides', async () => {
  class Own extends CacheClient {
    dictionaryFetch(...values) {
      return super.dictionaryFetch(...values);
    }
  }
  assert.ok((await closedClient(Own).dictionaryFetch('cache', 'key')) instanceof momento.CacheDictionaryFetch.Error);
});

test('a method taken from the client needs the client', () => {
  const { setFetch } = closedClient();
  assert.throws(() => setFetch('cache', 'set'), TypeError);
  assert.throws(() => operations.setFetch.call({}, 'cache', 'set'), TypeError);
});
