// The client's life: made, shared, used by many, closed.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import * as momento from 'momento-lambda';
import { CacheClient, CacheGet, CacheSet, Configurations, CredentialProvider, getMomentoClient } from 'momento-lambda';
import { v1, v2 } from './keys.mjs';
import { refusingPort, startMomento, startSilence, timed, within } from './servers.mjs';

const require = createRequire(import.meta.url);
const timeout = 30_000;
let server;
let client;

before(async () => {
  server = await startMomento();
  client = new CacheClient({
    credentialProvider: CredentialProvider.forMomentoLocal({ port: server.port }),
    defaultTtlSeconds: 60,
  });
});

after(async () => {
  client.close();
  await server.stop();
});

const local = port => ({ credentialProvider: CredentialProvider.forMomentoLocal({ port }), defaultTtlSeconds: 60 });

describe('the two ways of loading', () => {
  test('give the same names and the same classes', () => {
    const required = require('momento-lambda');
    assert.deepEqual(Object.keys(momento).sort(), Object.keys(required).sort());
    for (const name of Object.keys(required)) assert.equal(momento[name], required[name], name);
    assert.ok(new momento.CacheSet.Success() instanceof required.CacheSet.Success);
    assert.ok(new required.TimeoutError('late') instanceof momento.SdkError);
  });
});

describe('operations', { timeout }, () => {
  test('store, read, remove', async () => {
    const stored = await client.set('cache', 'key', 'value');
    assert.ok(stored instanceof CacheSet.Success, String(stored));
    const hit = await client.get('cache', 'key');
    assert.ok(hit instanceof CacheGet.Hit);
    assert.equal(hit.value(), 'value');
    assert.equal(Object.getPrototypeOf(hit.valueUint8Array()), Uint8Array.prototype);
    assert.equal((await client.delete('cache', 'key')).type, 'Success');
    const miss = await client.get('cache', 'key');
    assert.ok(miss instanceof CacheGet.Miss);
    assert.equal(miss.value(), undefined);
  });

  test('take views of a buffer as what they show', async () => {
    const whole = new Uint8Array([1, 2, 3, 4]);
    await client.set('cache', whole.subarray(1, 3), Buffer.from('xyz').subarray(1));
    const hit = await client.get('cache', new Uint8Array([2, 3]));
    assert.equal(hit.value(), 'yz');
  });

  test('read the bytes before the call returns', async () => {
    const value = new Uint8Array([1]);
    const stored = client.set('cache', 'early', value);
    value[0] = 2;
    await stored;
    assert.deepEqual([...(await client.get('cache', 'early')).valueUint8Array()], [1]);
  });

  test('hand large values over whole', async () => {
    const value = Buffer.alloc(1_000_000, 7);
    await client.set('cache', 'large', value);
    const hit = await client.get('cache', 'large');
    assert.ok(value.equals(hit.valueUint8Array()));
    assert.equal(hit.toString(), `Hit: ${'\u0007'.repeat(32)}...`);
  });

  test('run without the name on cache(name)', async () => {
    const cache = client.cache('cache');
    assert.equal((await cache.set('curried', 'v', { ttl: 5 })).type, 'Success');
    assert.equal((await cache.get('curried')).value(), 'v');
    assert.equal((await cache.delete('curried')).type, 'Success');
    assert.equal((await cache.get('curried')).type, 'Miss');
  });

  test('run by the thousand at once', async () => {
    await client.set('cache', 'busy', 'bee');
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => client.get('cache', 'busy')));
    assert.equal(answers.filter(answer => answer.value() === 'bee').length, 1_000);
  });

  test('list caches with their limits', async () => {
    const listed = await client.listCaches();
    const cache = listed.getCaches().find(info => info.getName() === 'cache');
    assert.equal(typeof cache.getCacheLimits().maxItemSizeKb, 'number');
    assert.equal(typeof cache.getTopicLimits().maxPublishRate, 'number');
    assert.match(listed.toString(), /^Success: .*cache/);
  });

  test('are given up by an AbortSignal', async () => {
    const before = await client.get('cache', 'key', { abortSignal: AbortSignal.abort() });
    assert.equal(before.errorCode(), 'CANCELLED_ERROR');
    const controller = new AbortController();
    const answer = client.get('cache', 'key', { abortSignal: controller.signal });
    controller.abort();
    assert.match((await answer).message(), /user-provided AbortSignal/);
    assert.equal((await client.get('cache', 'key', { abortSignal: new AbortController().signal })).type, 'Miss');
  });
});

describe('a client of its own', { timeout }, () => {
  test('is made by create, connected', async () => {
    const eager = await CacheClient.create(local(server.port));
    assert.equal((await eager.get('cache', 'none')).type, 'Miss');
    eager.close();
  });

  test('is refused by create with a ConnectionError if nobody is there', async () => {
    const create = CacheClient.create(local(await refusingPort()));
    await assert.rejects(create, error => {
      assert.ok(error instanceof momento.ConnectionError);
      assert.equal(error.errorCode(), 'CONNECTION_ERROR');
      assert.match(error.message, /^Unable to connect to Momento: /);
      return true;
    });
  });

  test('is refused by create when its time is up', async t => {
    const silence = await startSilence();
    t.after(() => silence.stop());
    const endpoint = { endpoint: `127.0.0.1:${silence.port}` };
    const endpointOverrides = { cacheEndpoint: endpoint, controlEndpoint: endpoint, tokenEndpoint: endpoint };
    const credentialProvider = CredentialProvider.fromString({ apiKey: v1(), endpointOverrides });
    const props = { credentialProvider, defaultTtlSeconds: 60, eagerConnectTimeout: 0.2 };
    const { milliseconds } = await timed(() =>
      assert.rejects(CacheClient.create(props), /Unable to connect to Momento: deadline exceeded/),
    );
    assert.ok(milliseconds < 2_000, `${milliseconds} ms`);
  });

  test('does not wait with eagerConnectTimeout 0', async () => {
    const lazy = await CacheClient.create({ ...local(await refusingPort()), eagerConnectTimeout: 0 });
    assert.equal((await lazy.get('cache', 'k')).errorCode(), 'SERVER_UNAVAILABLE');
    lazy.close();
  });

  test('answers with an error once it is closed', async () => {
    const closed = new CacheClient(local(server.port));
    closed.close();
    const answer = await closed.get('cache', 'k');
    assert.equal(answer.errorCode(), 'FAILED_PRECONDITION_ERROR');
    closed.close();
  });

  test('answers each call that is under way when it is closed', async t => {
    // With 20 ms for a reply, some calls are at the server by then.
    const slow = await startMomento({ parameters: ['--latency-ms', '20'] });
    t.after(() => slow.stop());
    for (let turn = 0; turn < 5; turn += 1) {
      const own = new CacheClient(local(slow.port));
      const sent = () => Array.from({ length: 100 }, () => own.set('cache', 'k', 'v'));
      const calls = sent();
      if (turn > 0) await Promise.race(calls);
      calls.push(...sent());
      own.close();
      for (const answer of await within(5_000, 'calls of a closed client', Promise.all(calls))) {
        if (answer.type === 'Error') assert.equal(answer.errorCode(), 'FAILED_PRECONDITION_ERROR');
        else assert.ok(answer instanceof CacheSet.Success);
      }
    }
  });

  test('has the old name too', () => {
    assert.equal(momento.SimpleCacheClient, CacheClient);
  });

  test('takes a provider of the user', async () => {
    class Mine extends CredentialProvider {
      getAuthToken = () => 'token';
      getCacheEndpoint = () => `127.0.0.1:${server.port}`;
      getControlEndpoint = () => `127.0.0.1:${server.port}`;
      getTokenEndpoint = () => `127.0.0.1:${server.port}`;
      isCacheEndpointSecure = () => false;
      isControlEndpointSecure = () => false;
      isTokenEndpointSecure = () => false;
    }
    const own = new CacheClient({ credentialProvider: new Mine(), defaultTtlSeconds: 1 });
    assert.equal((await own.get('cache', 'none')).type, 'Miss');
    own.close();
  });
});

describe('getMomentoClient', { timeout }, () => {
  const source = { tokenSource: 'env:KEY_FOR_THE_SHARED_CLIENT' };

  before(() => {
    process.env.KEY_FOR_THE_SHARED_CLIENT = v1(server.url);
  });

  test('gives the same object for the same arguments while it is open', async () => {
    const first = getMomentoClient(source);
    assert.ok(first instanceof CacheClient);
    assert.equal(getMomentoClient({ ...source }), first);
    assert.equal((await first.get('cache', 'none')).type, 'Miss');
    assert.equal(getMomentoClient(source), first);
    assert.notEqual(getMomentoClient({ ...source, defaultTtlSeconds: 5 }), first);
    // What the core does by itself is what the preset says.
    assert.equal(getMomentoClient({ ...source, configuration: Configurations.Lambda.latest() }), first);
    assert.deepEqual(first.configuration, Configurations.Lambda.latest());
    const patient = Configurations.Laptop.latest();
    assert.notEqual(getMomentoClient({ ...source, configuration: patient }), first);
    const throwing = { ...source, configuration: Configurations.Lambda.latest().withThrowOnErrors(true) };
    assert.notEqual(getMomentoClient(throwing), first);
    assert.equal(getMomentoClient(throwing), getMomentoClient(throwing));
    first.close();
    const second = getMomentoClient(source);
    assert.notEqual(second, first);
    assert.equal((await second.get('cache', 'none')).type, 'Miss');
    second.close();
  });

  test('takes the endpoint as an argument', async () => {
    process.env.V2_KEY_FOR_THE_SHARED_CLIENT = v2();
    const pointed = getMomentoClient({ tokenSource: 'env:V2_KEY_FOR_THE_SHARED_CLIENT', endpoint: server.url });
    assert.equal((await pointed.get('cache', 'none')).type, 'Miss');
    pointed.close();
  });

  test('is not slow to say it again', () => {
    getMomentoClient(source);
    const begun = performance.now();
    for (let call = 0; call < 1_000; call += 1) getMomentoClient(source);
    const each = performance.now() - begun;
    assert.ok(each < 1_000, `${each} us a call`);
    getMomentoClient(source).close();
  });

  test('refuses arguments that can not be meant', () => {
    for (const [props, message] of [
      ['env:KEY', /takes an object/],
      [null, /takes an object/],
      [{ tokenSource: 7 }, /tokenSource must be a string/],
      [{ tokenSource: 'nowhere:X' }, /token source has an unknown kind/],
      [{ ...source, defaultTtlSeconds: 0 }, /ttl must be a positive integer, received 0/],
      [{ ...source, defaultTtlSeconds: '60' }, /ttl must be a positive integer, received 60/],
      [{ ...source, endpoint: 'ftp://example.com' }, /scheme/],
      [{ ...source, endpoint: 'http://example.com' }, /in the clear/],
    ]) {
      assert.throws(
        () => getMomentoClient(props),
        error => error instanceof momento.InvalidArgumentError && message.test(error.message),
        JSON.stringify(props),
      );
    }
  });
});
