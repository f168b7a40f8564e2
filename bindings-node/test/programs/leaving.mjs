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
// Calls that have begun to be served by the core's own thread.
await new Promise(resolve => setTimeout(resolve, 20));
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
