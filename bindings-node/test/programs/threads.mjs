// The main thread uses the client too, before and after.

import { getMomentoClient } from 'momento-lambda';
import { startThreads } from './threads-only.mjs';

const client = getMomentoClient({ tokenSource: 'env:LIVE_KEY' });
await client.set('cache', 'main', 'thread');
await startThreads(10);
const answer = await client.get('cache', 'main');
if (answer.value() !== 'thread') throw answer.innerException();
