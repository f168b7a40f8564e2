// A token never shows: not in what is printed, not in what is thrown, whatever is asked for.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect } from 'node:util';
import { CacheClient, CredentialProvider, getMomentoClient } from 'momento-lambda';
import { jwt, legacy, v1, v2 } from './keys.mjs';
import { startMomento } from './servers.mjs';

const CANARY = 'CANARYcanaryCANARY';
const CANARY_BASE64 = Buffer.from(CANARY).toString('base64').slice(0, 20);
let server;

before(async () => {
  server = await startMomento({ parameters: ['--token', 'another-token'] });
});

after(() => server.stop());

const keys = () => ({
  v1: v1(server.url, CANARY),
  v2: v2({ jti: CANARY }),
  legacy: legacy({ jti: CANARY }),
});

function shows(value) {
  return [
    inspect(value, { showHidden: true, depth: 20, getters: true }),
    String(value),
    JSON.stringify(value),
    value instanceof Error ? `${value.stack} ${value.message}` : '',
  ].join('\n');
}

function silent(value, ...more) {
  const shown = shows(value);
  for (const secret of [CANARY, CANARY_BASE64, ...more]) assert.ok(!shown.includes(secret), shown);
}

test('in providers and clients', () => {
  const { v1: one, v2: two, legacy: old } = keys();
  for (const [provider, key] of [
    [CredentialProvider.fromString(one), one],
    [CredentialProvider.fromDisposableToken({ authToken: one }), one],
    [CredentialProvider.fromString(old), old],
    [CredentialProvider.fromApiKeyV2({ apiKey: two, endpoint: server.url }), two],
  ]) {
    silent(provider, key);
    assert.ok(provider.getAuthToken().length > 0);
    const client = new CacheClient({ credentialProvider: provider, defaultTtlSeconds: 60 });
    silent(client, key);
    silent(client.cache('cache'), key);
    client.close();
  }
});

test('in what is thrown for a malformed key', () => {
  for (const text of [
    CANARY,
    `${CANARY}!`,
    `${CANARY}.${CANARY}`,
    `${CANARY}.${CANARY}.${CANARY}`,
    jwt({ jti: CANARY }),
    v2({ jti: CANARY }),
    Buffer.from(`{"api_key":"${CANARY}"}`).toString('base64'),
    Buffer.from(`{"endpoint":"not a host","api_key":"${CANARY}"}`).toString('base64'),
  ]) {
    assert.throws(
      () => CredentialProvider.fromString(text),
      error => silent(error, text) ?? true,
    );
    process.env.KEY_WITH_CANARY = text;
    assert.throws(
      () => CredentialProvider.fromEnvVar('KEY_WITH_CANARY'),
      error => silent(error, text) ?? true,
    );
  }
  assert.throws(
    () => CredentialProvider.fromApiKeyV2({ apiKey: CANARY, endpoint: 'e.example.com' }),
    error => silent(error) ?? true,
  );
  assert.throws(
    () => getMomentoClient({ tokenSource: CANARY }),
    error => silent(error) ?? true,
  );
});

test('in what a refused token leads to', { timeout: 30_000 }, async () => {
  process.env.REFUSED_KEY = keys().v1;
  const client = getMomentoClient({ tokenSource: 'env:REFUSED_KEY' });
  const answer = await client.get('cache', 'key');
  assert.equal(answer.errorCode(), 'AUTHENTICATION_ERROR', String(answer));
  silent(answer);
  silent(answer.innerException());
  silent(client);
  client.close();
});
