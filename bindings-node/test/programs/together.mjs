// Several environments use the shared client at a time: its own answers for each, and one connection for all.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { getMomentoClient } from 'momento-lambda';

const file = new URL('sharing.mjs', import.meta.url);
const client = getMomentoClient({ tokenSource: 'env:LIVE_KEY' });
await client.set('cache', 'main', 'thread');
const workers = Array.from({ length: 6 }, (_, number) => new Worker(file, { workerData: { number } }));
const right = await Promise.all(
  workers.map(async worker => {
    const [[answers]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
    return answers;
  }),
);
if (right.some(answers => answers !== 200)) throw new Error(`right answers of 200 each: ${right}`);
const answer = await client.get('cache', 'main');
if (answer.value() !== 'thread') throw answer.innerException();
console.log('all right');
