// Credential providers: what they read, what they refuse, what they say. The texts are the official SDK's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ApiKeyV2TokenProvider,
  CacheClient,
  CredentialProvider,
  EnvMomentoTokenProvider,
  EnvMomentoV2TokenProvider,
  InvalidArgumentError,
  MomentoLocalProvider,
  StringMomentoTokenProvider,
} from 'momento-lambda';
import { jwt, legacy, v1, v2 } from './keys.mjs';

const addresses = provider => [provider.getCacheEndpoint(), provider.getControlEndpoint(), provider.getTokenEndpoint()];
const prefixed = host => [`cache.${host}`, `control.${host}`, `token.${host}`];

process.env.A_V1_KEY = v1();
process.env.A_V2_KEY = v2();
process.env.AN_ENDPOINT = 'endpoint.example.com';
process.env.AN_EMPTY_ONE = '';

for (const [what, make, type, token, expected] of [
  ['fromString', () => CredentialProvider.fromString(v1()), StringMomentoTokenProvider, 'stand-in'],
  ['fromString apiKey', () => CredentialProvider.fromString({ apiKey: v1() }), StringMomentoTokenProvider, 'stand-in'],
  ['fromString authToken', () => CredentialProvider.fromString({ authToken: v1() }), CredentialProvider, 'stand-in'],
  ['fromDisposableToken', () => CredentialProvider.fromDisposableToken(v1()), StringMomentoTokenProvider, 'stand-in'],
  ['fromEnvVar', () => CredentialProvider.fromEnvVar('A_V1_KEY'), EnvMomentoTokenProvider, 'stand-in'],
  [
    'fromEnvironmentVariable',
    () => CredentialProvider.fromEnvironmentVariable({ environmentVariableName: 'A_V1_KEY' }),
    EnvMomentoTokenProvider,
    'stand-in',
  ],
  [
    'fromString, legacy',
    () => CredentialProvider.fromString(legacy()),
    StringMomentoTokenProvider,
    legacy(),
    ['cache.old.example.com', 'control.old.example.com', 'cache.old.example.com'],
  ],
  [
    'fromApiKeyV2',
    () => CredentialProvider.fromApiKeyV2({ apiKey: v2(), endpoint: 'e.example.com' }),
    ApiKeyV2TokenProvider,
    v2(),
    prefixed('e.example.com'),
  ],
  [
    'fromEnvVarV2',
    () => CredentialProvider.fromEnvVarV2({ apiKeyEnvVar: 'A_V2_KEY', endpointEnvVar: 'AN_ENDPOINT' }),
    EnvMomentoV2TokenProvider,
    v2(),
    prefixed('endpoint.example.com'),
  ],
]) {
  test(`${what} reads a key`, () => {
    const provider = make();
    assert.ok(provider instanceof type);
    assert.ok(provider instanceof CredentialProvider);
    assert.equal(provider.getAuthToken(), token);
    assert.deepEqual(addresses(provider), expected ?? prefixed('cell.example.com'));
    assert.equal(provider.isEndpointSecure(), true);
    assert.equal(provider.areEndpointsOverridden(), false);
    assert.deepEqual(addresses(provider.withMomentoLocal()), Array(3).fill('127.0.0.1:8080'));
  });
}

test('the local provider has one plaintext address and no token', () => {
  const here = Array(3).fill('127.0.0.1:8080');
  assert.deepEqual(addresses(CredentialProvider.forMomentoLocal()), here);
  assert.deepEqual(addresses(new MomentoLocalProvider({})), here);
  const there = CredentialProvider.forMomentoLocal({ hostname: 'momento-local', port: 1 });
  assert.deepEqual(addresses(there), Array(3).fill('momento-local:1'));
  assert.equal(there.getAuthToken(), '');
  assert.equal(
    there.isCacheEndpointSecure() || there.isControlEndpointSecure() || there.isTokenEndpointSecure(),
    false,
  );
  // Plaintext to another machine is fine where there is no token to lose.
  new CacheClient({ credentialProvider: there, defaultTtlSeconds: 1 }).close();
});

test('endpoints can be overridden, together and one by one', () => {
  const together = CredentialProvider.fromString({
    apiKey: v1(),
    endpointOverrides: { baseEndpoint: 'example.com', endpointPrefix: 'private' },
  });
  assert.deepEqual(addresses(together), [
    'private.cache.example.com',
    'private.control.example.com',
    'private.token.example.com',
  ]);
  assert.equal(together.areEndpointsOverridden(), true);
  const each = CredentialProvider.fromString({
    apiKey: v1(),
    endpointOverrides: {
      cacheEndpoint: { endpoint: 'a', secureConnection: false },
      controlEndpoint: { endpoint: 'b' },
      tokenEndpoint: { endpoint: 'c:1' },
    },
  });
  assert.deepEqual(addresses(each), ['a', 'b', 'c:1']);
  assert.equal(each.isCacheEndpointSecure(), false);
  assert.equal(each.isControlEndpointSecure(), true);
});

for (const [what, make, message] of [
  ['no key', () => CredentialProvider.fromString({}), 'Missing required property: authToken or apiKey'],
  ['a key that is no string', () => CredentialProvider.fromString({ apiKey: 7 }), 'Missing required property'],
  ['an empty key', () => CredentialProvider.fromString(''), 'malformed auth token'],
  ['no key of any format', () => CredentialProvider.fromString('garbage'), 'failed to parse token: '],
  ['a JWT of another kind', () => CredentialProvider.fromString(jwt({ sub: 's' })), 'failed to parse token: '],
  [
    'a v2 key for a v1 key',
    () => CredentialProvider.fromString(v2()),
    'failed to parse token: Received a v2 API key. Are you using the correct key? Or did you mean to use `fromApiKeyV2()` or `fromEnvVarV2()` instead?',
  ],
  [
    'a v2 key for a disposable token',
    () => CredentialProvider.fromDisposableToken(v2()),
    'failed to parse token: Received a v2',
  ],
  [
    'an absent variable',
    () => CredentialProvider.fromEnvVar('NOT_SET'),
    'Missing required environment variable NOT_SET',
  ],
  [
    'an empty variable',
    () => CredentialProvider.fromEnvironmentVariable('AN_EMPTY_ONE'),
    'Missing required environment variable AN_EMPTY_ONE',
  ],
  [
    'an empty v2 key',
    () => CredentialProvider.fromApiKeyV2({ apiKey: '', endpoint: 'x' }),
    'API key cannot be an empty string',
  ],
  [
    'an empty endpoint',
    () => CredentialProvider.fromApiKeyV2({ apiKey: v2(), endpoint: '' }),
    'Endpoint cannot be an empty string',
  ],
  [
    'a v1 key for a v2 key',
    () => CredentialProvider.fromApiKeyV2({ apiKey: v1(), endpoint: 'x' }),
    'Received an invalid v2 API key. Are you using the correct key? Or did you mean to use `fromString()` with a legacy key instead?',
  ],
  [
    'an endpoint with a bad scheme',
    () => CredentialProvider.fromApiKeyV2({ apiKey: v2(), endpoint: 'ftp://example.com' }),
    /^endpoint .*scheme/,
  ],
  [
    'no v2 key in the environment',
    () => CredentialProvider.fromEnvVarV2({ apiKeyEnvVar: 'NOT_SET', endpointEnvVar: 'AN_ENDPOINT' }),
    'Empty value for environment variable NOT_SET',
  ],
  [
    'no endpoint in the environment',
    () => CredentialProvider.fromEnvVarV2({ apiKeyEnvVar: 'A_V2_KEY', endpointEnvVar: 'NOT_SET' }),
    'Empty value for environment variable NOT_SET',
  ],
  [
    'plaintext to another machine',
    () => {
      const endpointOverrides = { baseEndpoint: 'example.com', secureConnection: false };
      const credentialProvider = CredentialProvider.fromString({ apiKey: v1(), endpointOverrides });
      return new CacheClient({ credentialProvider, defaultTtlSeconds: 60 });
    },
    /^endpoint .*the cache endpoint.* in the clear/,
  ],
]) {
  test(`${what} is refused`, () => {
    assert.throws(make, error => {
      assert.ok(error instanceof InvalidArgumentError);
      if (message instanceof RegExp) assert.match(error.message, message);
      else assert.ok(error.message.startsWith(message), error.message);
      return true;
    });
  });
}

test('a client without a provider takes the environment, v2 first', () => {
  delete process.env.MOMENTO_ENDPOINT;
  delete process.env.MOMENTO_API_KEY;
  assert.throws(() => new CacheClient({ defaultTtlSeconds: 60 }), /environment variable MOMENTO_API_KEY/);
  process.env.MOMENTO_API_KEY = v1();
  new CacheClient({ defaultTtlSeconds: 60 }).close();
  process.env.MOMENTO_ENDPOINT = 'e.example.com';
  assert.throws(() => new CacheClient({ defaultTtlSeconds: 60 }), /invalid v2 API key/);
  process.env.MOMENTO_API_KEY = v2();
  new CacheClient({ defaultTtlSeconds: 60 }).close();
});
