// A thread of threads.mjs: `live` uses the client and ends, `silent` is stopped while calls are under way.

import { parentPort, workerData } from 'node:worker_threads';
import { CacheClient, CredentialProvider, getMomentoClient } from 'momento-lambda';

if (workerData.kind === 'live') {
  const client = getMomentoClient({ tokenSource: 'env:LIVE_KEY' });
  const own = new CacheClient({
    credentialProvider: CredentialProvider.fromEnvVar('LIVE_KEY'),
    defaultTtlSeconds: 60,
  });
  const key = `thread-${workerData.number}`;
  await client.set('cache', key, key);
  const answers = await Promise.all(Array.from({ length: 100 }, () => own.get('cache', key)));
  parentPort.postMessage(answers.filter(answer => answer.value() === key).length);
} else {
  const client = getMomentoClient({ tokenSource: 'env:SILENT_KEY' });
  const live = getMomentoClient({ tokenSource: 'env:LIVE_KEY' });
  for (let call = 0; call < 100; call += 1) {
    client.get('cache', 'key');
    live.get('cache', 'key');
  }
  parentPort.postMessage('under way');
}
