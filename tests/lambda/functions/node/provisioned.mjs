// A function with provisioned concurrency: its client is made hours before its first event.

import { getMomentoClient } from 'momento-lambda';

const began = performance.now();
const client = getMomentoClient();
const seconds = (performance.now() - began) / 1000;

export const handler = async () => {
  const began = performance.now();
  const response = await client.get('cache', 'key');
  return {
    response: String(response),
    seconds: (performance.now() - began) / 1000,
    made_in: seconds,
    now: Date.now() / 1000,
  };
};
