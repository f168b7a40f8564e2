// Only threads load the addon, so that it goes when the last of them goes, while the core's own thread is at work.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export async function startThreads(rounds) {
  const file = new URL('thread.mjs', import.meta.url);
  for (let number = 0; number < rounds; number += 1) {
    const silent = new Worker(file, { workerData: { kind: 'silent' } });
    await once(silent, 'message');
    const live = new Worker(file, { workerData: { kind: 'live', number } });
    const [[right]] = await Promise.all([once(live, 'message'), once(live, 'exit'), silent.terminate()]);
    if (right !== 100) throw new Error(`${right} right answers of 100`);
  }
  console.log('all ended');
}

if (process.argv[1].endsWith('threads-only.mjs')) await startThreads(10);
