// official.cjs STAGE CALLS: the same with the official packages, the AWS SDK for the secret.
const { printRollup } = require('./rollup.cjs');

const [stage, calls] = process.argv.slice(2);
const aws = stage === 'bare' ? undefined : require('@aws-sdk/client-secrets-manager');
const momento = stage === 'bare' ? undefined : require('@gomomento/sdk');

(async () => {
  let client;
  if (stage === 'calls') {
    const command = new aws.GetSecretValueCommand({ SecretId: process.env.MOMENTO_SECRET_ID });
    const secret = await new aws.SecretsManagerClient({}).send(command);
    const port = Number(new URL(JSON.parse(secret.SecretString).MOMENTO_ENDPOINT).port);
    client = new momento.CacheClient({
      configuration: momento.Configurations.Lambda.latest(),
      credentialProvider: new momento.MomentoLocalProvider({ hostname: '127.0.0.1', port }),
      defaultTtlSeconds: 60,
    });
    for (let call = 0; call < Number(calls) / 2; call++) {
      const stored = await client.set('cache', 'key', 'v'.repeat(100));
      if (!(stored instanceof momento.CacheSet.Success)) throw new Error(String(stored));
      const found = await client.get('cache', 'key');
      if (!(found instanceof momento.CacheGet.Hit)) throw new Error(String(found));
    }
  }
  printRollup();
  client?.close();
})();
