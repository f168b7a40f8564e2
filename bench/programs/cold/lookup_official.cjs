// CPU of the AWS SDK's look-up, in ms, all threads.
const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');

(async () => {
  const begun = process.cpuUsage();
  const aws = new SecretsManagerClient({});
  const secret = await aws.send(new GetSecretValueCommand({ SecretId: process.env.MOMENTO_SECRET_ID }));
  const used = process.cpuUsage(begun);
  if (!secret.SecretString) throw new Error('no secret');
  console.log(((used.user + used.system) / 1000).toFixed(3));
})();
