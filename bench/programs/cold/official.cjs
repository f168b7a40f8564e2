// The same path with the official packages: the AWS SDK for the secret, @gomomento/sdk for the cache.
const begun = process.hrtime.bigint();
const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');
const { CacheClient, CacheGet, CacheSet, Configurations, MomentoLocalProvider } = require('@gomomento/sdk');

(async () => {
  const aws = new SecretsManagerClient({});
  const secret = await aws.send(new GetSecretValueCommand({ SecretId: process.env.MOMENTO_SECRET_ID }));
  // The official SDK speaks plaintext, as the local server does, only through its local provider.
  const port = Number(new URL(JSON.parse(secret.SecretString).MOMENTO_ENDPOINT).port);
  const client = new CacheClient({
    configuration: Configurations.Lambda.latest(),
    credentialProvider: new MomentoLocalProvider({ hostname: '127.0.0.1', port }),
    defaultTtlSeconds: 60,
  });
  const stored = await client.set('cache', 'key', 'value');
  const found = await client.get('cache', 'key');
  const milliseconds = Number(process.hrtime.bigint() - begun) / 1e6;
  if (!(stored instanceof CacheSet.Success)) throw new Error(String(stored));
  if (!(found instanceof CacheGet.Hit) || found.valueString() !== 'value') throw new Error(String(found));
  console.log(milliseconds.toFixed(3));
  client.close();
})();
