// The same function with the official packages. A CommonJS module can't wait, so the first call awaits the client.
const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');
const { CacheClient, CacheGet, Configurations, MomentoLocalProvider } = require('@gomomento/sdk');

const making = (async () => {
  const aws = new SecretsManagerClient({});
  const secret = await aws.send(new GetSecretValueCommand({ SecretId: process.env.MOMENTO_SECRET_ID }));
  const port = Number(new URL(JSON.parse(secret.SecretString).MOMENTO_ENDPOINT).port);
  return new CacheClient({
    configuration: Configurations.Lambda.latest(),
    credentialProvider: new MomentoLocalProvider({ hostname: '127.0.0.1', port }),
    defaultTtlSeconds: 60,
  });
})();

exports.handler = async () => {
  const client = await making;
  await client.set('cache', 'key', 'value');
  const found = await client.get('cache', 'key');
  return { value: found instanceof CacheGet.Hit ? found.valueString() : String(found) };
};
