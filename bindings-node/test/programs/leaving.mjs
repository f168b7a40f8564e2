// Ends while calls are under way that nobody answers, in the way that the last argument names.

import { CacheClient, CredentialProvider, getMomentoClient } from 'momento-lambda';

const shared = getMomentoClient();
const own = new CacheClient({
  credentialProvider: CredentialProvider.fromEnvVar('MOMENTO_AUTH_TOKEN'),
  defaultTtlSeconds: 60,
});
for (let call = 0; call < 100; call += 1) {
  void shared.get('cache', 'key');
  void own.get('cache', 'key');
}
// Calls that the core's own thread has begun to serve.
const deadline = performance.now() + 5_000;
while ([shared, own].some(client => client.counters().connections === 0)) {
  if (performance.now() > deadline) throw new Error('no connection within 5 s');
  await new Promise(resolve => setTimeout(resolve, 1));
}
const ways = {
  exit: () => process.exit(0),
  'exit-event': () => {
    process.on('exit', () => void shared.get('cache', 'key'));
    process.exit(0);
  },
  close: () => {
    shared.close();
    own.close();
  },
  throw: () => {
    process.on('uncaughtException', () => process.exit(0));
    throw new Error('planned by the test');
  },
};
ways[process.argv.at(-1)]();
