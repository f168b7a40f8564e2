// child_process.fork and cluster: programs of their own, each with its own client.

import cluster from 'node:cluster';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { getMomentoClient } from 'momento-lambda';

const key = `process-${process.pid}`;
const client = getMomentoClient();
await client.set('cache', key, key);
const answer = await client.get('cache', key);
if (answer.value() !== key) throw answer.innerException();

if (cluster.isPrimary && process.argv.at(-1) !== 'child') {
  const children = [fork(fileURLToPath(import.meta.url), ['child'])];
  children.push(...Array.from({ length: 2 }, () => cluster.fork().process));
  const statuses = await Promise.all(children.map(async child => (await once(child, 'exit'))[0]));
  if (statuses.some(status => status !== 0)) throw new Error(`the children ended with ${statuses}`);
  const again = await client.get('cache', key);
  if (again.value() !== key) throw again.innerException();
  console.log('all ended');
} else if (cluster.isWorker) {
  cluster.worker.disconnect();
} else {
  process.disconnect();
}
