// Fifty threads, one after the other and some at a time, each ended with calls under way: what the process has of
// threads and descriptors stays as it was.

import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { getMomentoClient } from 'momento-lambda';

const file = new URL('thread.mjs', import.meta.url);
const client = getMomentoClient({ tokenSource: 'env:LIVE_KEY' });
await client.set('cache', 'main', 'thread');

async function ended() {
  const worker = new Worker(file, { workerData: { kind: 'silent' } });
  await once(worker, 'message');
  await worker.terminate();
}

const counted = () => ['task', 'fd'].map(what => readdirSync(`/proc/self/${what}`).length);
const most = (before, now) => now.every((count, index) => count <= before[index]);

for (let number = 0; number < 5; number += 1) await ended();
await Promise.all(Array.from({ length: 5 }, ended));
const before = counted();
for (let number = 0; number < 30; number += 1) await ended();
for (let number = 0; number < 4; number += 1) await Promise.all(Array.from({ length: 5 }, ended));
// libuv closes its descriptors after the thread has been told to be gone.
const deadline = performance.now() + 5_000;
while (!most(before, counted())) {
  if (performance.now() > deadline) throw new Error(`threads and descriptors: ${before} before, ${counted()} after`);
  await new Promise(resolve => setTimeout(resolve, 10));
}
const answer = await client.get('cache', 'main');
if (answer.value() !== 'thread') throw answer.innerException();
console.log('all ended');
