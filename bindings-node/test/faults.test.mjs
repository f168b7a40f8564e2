// What can go wrong between a function and its cache. Each fault is an answer with the official error, within its
// budget, and the next call works once the cause is gone.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CacheClient,
  CacheNotFoundError,
  CredentialProvider,
  InvalidArgumentError,
  LimitExceededError,
  getMomentoClient,
} from 'momento-lambda';
import { jwt, secretFor, v1, v2 } from './keys.mjs';
import { awsEnvironment, refusingPort, run, startMomento, startSecrets, startSilence, timed } from './servers.mjs';

// The look-up has 2 s and the data call 1.1 s; what is over that is the machine's.
const BUDGET = 4_000;
const timeout = 30_000;
let secrets;
let server;
let local;
let names = 0;

before(async () => {
  [secrets, server] = await Promise.all([startSecrets(), startMomento()]);
  Object.assign(process.env, awsEnvironment(secrets));
  local = new CacheClient({
    credentialProvider: CredentialProvider.forMomentoLocal({ port: server.port }),
    defaultTtlSeconds: 60,
  });
});

after(async () => {
  local.close();
  await Promise.all([secrets.stop(), server.stop()]);
});

/** A client that nobody has used, whose secret is the stub's present one. */
function freshClient() {
  names += 1;
  return getMomentoClient({ tokenSource: `secretsmanager:fault-${names}` });
}

async function fails(client, codes, message) {
  const { result, milliseconds } = await timed(() => client.get('cache', 'key'));
  assert.equal(result.type, 'Error', String(result));
  assert.ok(codes.includes(result.errorCode()), `${result.errorCode()}: ${result.message()}`);
  assert.match(result.message(), message);
  assert.ok(milliseconds < BUDGET, `${milliseconds} ms`);
}

async function works(client) {
  const answer = await client.get('cache', 'key');
  assert.equal(answer.type, 'Miss', String(answer));
}

describe('the secret can not be had', { timeout }, () => {
  for (const [mode, code, message] of [
    ['missing', 'AUTHENTICATION_ERROR', /ResourceNotFoundException/],
    ['access-denied', 'PERMISSION_ERROR', /secretsmanager:GetSecretValue/],
    ['throttling', 'LIMIT_EXCEEDED_ERROR', /ThrottlingException/],
    ['internal-error', 'SERVER_UNAVAILABLE', /InternalServiceError/],
    ['silent', 'TIMEOUT_ERROR', /within \d+ ms|longer than \d+ ms/],
    ['truncated', 'SERVER_UNAVAILABLE', /before the whole answer/],
    ['expired-token', 'AUTHENTICATION_ERROR', /expired/],
  ]) {
    test(`Secrets Manager: ${mode}`, async () => {
      await secrets.change({ mode });
      const client = freshClient();
      await fails(client, [code], message);
      await secrets.change({ mode: 'ok', secret_string: secretFor(server) });
      await works(client);
      client.close();
    });
  }

  test('Secrets Manager: an answer that is none', async () => {
    await secrets.change({ mode: 'garbage' });
    const client = freshClient();
    await fails(client, ['SERVER_UNAVAILABLE'], /Secrets Manager/);
    await secrets.change({ mode: 'ok', secret_string: secretFor(server) });
    await works(client);
    client.close();
  });

  test('Secrets Manager: nobody there', async () => {
    const program = new URL('programs/first-error.mjs', import.meta.url).pathname;
    const url = `http://127.0.0.1:${await refusingPort()}`;
    const environment = { ...awsEnvironment({ url }), MOMENTO_SECRET_ID: 'momento' };
    const { output } = await run(process.execPath, [program], { environment, deadline: 10_000 });
    assert.match(output, /^SERVER_UNAVAILABLE .*refused/);
  });

  test('no source is configured', async () => {
    const program = new URL('programs/first-error.mjs', import.meta.url).pathname;
    const { output } = await run(process.execPath, [program], { deadline: 10_000 });
    assert.match(output, /^INVALID_ARGUMENT_ERROR .*MOMENTO_SECRET_ID.*MOMENTO_API_KEY/);
  });
});

describe('the secret holds something else', { timeout }, () => {
  for (const [what, secret, message] of [
    ['no field with a key', '{}', /no field MOMENTO_AUTH_TOKEN, MOMENTO_API_KEY, apiKey/],
    ['a key that is no text', '{"MOMENTO_API_KEY": 5}', /not a text/],
    ['malformed JSON', '{"MOMENTO_API_KEY": ', /malformed \(line 1/],
    ['nothing', ' ', /empty/],
    ['a v1 key cut off', v1().slice(0, 20), /the API key is/],
    ['no base64', '*****', /neither base64/],
    ['a v1 key without its parts', Buffer.from('{}').toString('base64'), /without its field/],
    ['a JWT of two parts', v2().split('.').slice(0, 2).join('.'), /three parts/],
    ['a JWT of another kind', jwt({ sub: 'someone' }), /neither a v2 key .* nor a legacy key/],
    ['a v2 key without an endpoint', v2(), /needs an endpoint/],
    ['an endpoint with a bad scheme', JSON.stringify({ apiKey: v2(), endpoint: 'ftp://example.com' }), /scheme/],
    ['plaintext to elsewhere', JSON.stringify({ apiKey: v2(), endpoint: 'http://example.com' }), /in the clear/],
  ]) {
    test(what, async () => {
      await secrets.change({ mode: 'ok', secret_string: secret });
      const client = freshClient();
      await fails(client, ['INVALID_ARGUMENT_ERROR'], message);
      await secrets.change({ mode: 'ok', secret_string: secretFor(server) });
      await works(client);
      client.close();
    });
  }

  test('the field that was named is not there', async () => {
    await secrets.change({ mode: 'ok', secret_string: secretFor(server) });
    const client = getMomentoClient({ tokenSource: 'secretsmanager:fault#mine' });
    await fails(client, ['INVALID_ARGUMENT_ERROR'], /no field mine/);
    client.close();
  });
});

describe('Momento does not answer', { timeout }, () => {
  test('silent, then back', async t => {
    const silence = await startSilence();
    let stopped = false;
    t.after(() => stopped || silence.stop());
    await secrets.change({ mode: 'ok', secret_string: secretFor(silence) });
    const client = freshClient();
    await fails(client, ['TIMEOUT_ERROR'], /no answer within 1100 ms/);
    await silence.stop();
    stopped = true;
    const back = await startMomento({ port: silence.port });
    t.after(() => back.stop());
    await works(client);
    client.close();
  });

  test('refusing, then back', async t => {
    const port = await refusingPort();
    await secrets.change({ mode: 'ok', secret_string: secretFor({ url: `http://127.0.0.1:${port}` }) });
    const client = freshClient();
    await fails(client, ['SERVER_UNAVAILABLE'], /refused/);
    const back = await startMomento({ port });
    t.after(() => back.stop());
    await works(client);
    client.close();
  });
});

describe('the call itself is wrong', { timeout }, () => {
  for (const [what, call, code, message] of [
    ['empty cache name', () => local.get('', 'k'), 'INVALID_ARGUMENT_ERROR', /cache name must not be empty/],
    ['no cache name', () => local.get(undefined, 'k'), 'INVALID_ARGUMENT_ERROR', /cache name must be a string/],
    ['a number for a key', () => local.get('cache', 5), 'INVALID_ARGUMENT_ERROR', /Unsupported type for key: number/],
    ['null for a key', () => local.get('cache', null), 'INVALID_ARGUMENT_ERROR', /Unsupported type for key: null/],
    [
      'wide elements for a key',
      () => local.get('cache', new Uint16Array(1)),
      'INVALID_ARGUMENT_ERROR',
      /Unsupported type for key: object/,
    ],
    [
      'nothing for a value',
      () => local.set('cache', 'k'),
      'INVALID_ARGUMENT_ERROR',
      /Unsupported type for value: undefined/,
    ],
    [
      'a number for the options',
      () => local.set('cache', 'k', 'v', 5),
      'INVALID_ARGUMENT_ERROR',
      /Options must be an object with a ttl property\./,
    ],
    ['unknown cache', () => local.get('nowhere', 'k'), 'NOT_FOUND_ERROR', /does not exist/],
    [
      'an item over the limit',
      () => local.set('cache', 'k', 'x'.repeat(6_000_000)),
      'LIMIT_EXCEEDED_ERROR',
      /limit exceeded for this account/i,
    ],
  ]) {
    test(what, async () => {
      const answer = await call();
      assert.equal(answer.type, 'Error', String(answer));
      assert.equal(answer.errorCode(), code);
      assert.match(answer.message(), message);
      await works(local);
    });
  }

  for (const ttl of [0, -1, NaN, Infinity, -Infinity, 1e300, '60', true, {}, [60], Symbol('ttl'), 5n]) {
    test(`a TTL of ${String(ttl)} (${typeof ttl})`, async () => {
      const answer = await local.set('cache', 'k', 'v', { ttl });
      assert.ok(answer.innerException() instanceof InvalidArgumentError);
      assert.match(answer.message(), /ttl must be a positive integer, received /);
    });
  }

  test('TTLs that are fine', async () => {
    for (const ttl of [1, 1.5, 0.001, 86_400, undefined, null]) {
      const answer = await local.set('cache', 'ttl', 'v', { ttl });
      assert.equal(answer.type, 'Success', String(answer));
    }
    for (const options of [undefined, null, {}]) {
      assert.equal((await local.set('cache', 'ttl', 'v', options)).type, 'Success');
    }
  });

  test('has the official classes', async () => {
    const unknown = await local.get('nowhere', 'k');
    assert.ok(unknown.innerException() instanceof CacheNotFoundError);
    assert.equal(unknown.innerException().transportDetails().grpc.code, 5);
    const large = await local.set('cache', 'k', 'x'.repeat(6_000_000));
    assert.ok(large.innerException() instanceof LimitExceededError);
  });
});
