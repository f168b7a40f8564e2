// A server for one test, which another test can't disturb.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { CacheClient, CacheGet, Configurations, CredentialProvider } = require('momento-lambda');
const { localMomento } = require('momento-lambda-local');

test('a cache that was never written to has no value', async t => {
  const momento = await localMomento(t, { caches: ['sessions'] });
  const client = new CacheClient({
    configuration: Configurations.Lambda.latest(),
    credentialProvider: CredentialProvider.forMomentoLocal({ port: momento.port }),
    defaultTtlSeconds: 60,
  });
  t.after(() => client.close());

  assert.ok((await client.get('sessions', 'greeting')) instanceof CacheGet.Miss);
});
