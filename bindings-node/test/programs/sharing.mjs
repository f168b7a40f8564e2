// A thread of together.mjs.

import { parentPort, workerData } from 'node:worker_threads';
import { getMomentoClient } from 'momento-lambda';

const client = getMomentoClient({ tokenSource: 'env:LIVE_KEY' });
const keys = Array.from({ length: 200 }, (_, turn) => `${workerData.number}-${turn}`);
await Promise.all(keys.map(key => client.set('cache', key, key)));
const answers = await Promise.all(keys.map(key => client.get('cache', key)));
parentPort.postMessage(answers.filter((answer, index) => answer.value() === keys[index]).length);
