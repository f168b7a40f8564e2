// What a user writes: set a value and get it back. `make demo` runs it.

import { CacheGet, CacheSet, getMomentoClient } from 'momento-lambda';

export const handler = async event => {
  const client = getMomentoClient();

  const stored = await client.set('cache', event.key, event.value);
  if (stored instanceof CacheSet.Error) throw new Error(`set failed: ${stored.errorCode()}: ${stored.message()}`);

  const found = await client.get('cache', event.key);
  if (found instanceof CacheGet.Hit) return { value: found.valueString(), pid: process.pid };
  if (found instanceof CacheGet.Error) throw new Error(`get failed: ${found.errorCode()}: ${found.message()}`);
  return { value: null, pid: process.pid };
};
