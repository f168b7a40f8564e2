// The objects that hold a response's classes are proxies, and nobody should notice.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { CacheGet, CacheListFetch, CacheSet, CacheSetIfAbsent } from 'momento-lambda';

test('a response has its classes, like any object', () => {
  assert.deepEqual(Object.keys(CacheSetIfAbsent), ['Stored', 'NotStored', 'Error']);
  assert.deepEqual(Object.values(CacheSetIfAbsent), [
    CacheSetIfAbsent.Stored,
    CacheSetIfAbsent.NotStored,
    CacheSetIfAbsent.Error,
  ]);
  const { Hit, ...rest } = CacheListFetch;
  assert.equal(Hit, CacheListFetch.Hit);
  assert.deepEqual(rest, { Miss: CacheListFetch.Miss, Error: CacheListFetch.Error });
  assert.ok('Hit' in CacheListFetch && !('Stored' in CacheListFetch));
  assert.equal(CacheListFetch.Stored, undefined);
  assert.equal(Object.getPrototypeOf(CacheListFetch), Object.prototype);
  assert.equal(String(CacheListFetch), '[object Object]');
  assert.equal(CacheListFetch.toString(), '[object Object]');
  assert.ok(new CacheGet.Miss() instanceof CacheGet.Miss && !(new CacheGet.Miss() instanceof CacheGet.Hit));
});

test('Node prints them', () => {
  assert.equal(inspect(CacheSet), '{ Success: [Getter], Error: [Getter] }');
});

test('a class can be replaced, as a mock does, and be put back', () => {
  const { Miss } = CacheGet;
  const before = Object.getOwnPropertyDescriptor(CacheGet, 'Miss');
  class Fake extends Miss {}
  assert.throws(() => (CacheGet.Miss = Fake), TypeError);
  Object.defineProperty(CacheGet, 'Miss', { value: Fake, configurable: true, enumerable: true });
  assert.equal(CacheGet.Miss, Fake);
  Object.defineProperty(CacheGet, 'Miss', before);
  assert.equal(CacheGet.Miss, Miss);
  CacheGet.more = 1;
  assert.ok(Object.keys(CacheGet).includes('more') && delete CacheGet.more && !('more' in CacheGet));
});

test('a response can not be frozen, and goes on when somebody tried', () => {
  assert.throws(() => Object.freeze(CacheSet), TypeError);
  assert.deepEqual(Object.keys(CacheSet), ['Success', 'Error']);
  assert.ok(Object.isExtensible(CacheSet));
});
