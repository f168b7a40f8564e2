// Many items by as many requests, a few at a time. `getBatch` and `setBatch` do it in one.
//
// The official functions take the items out of the caller's array; these leave it alone.

import type { ICacheClient } from './api.generated';
import type { Bytes } from './collections';
import type { CacheDelete, CacheGet, CacheSet } from './responses/scalar.generated';

export const defaultMaxConcurrentRequests = 5;
export const defaultTtlSeconds = 60;

export interface BatchFunctionOptions {
  /** How many requests are under way at a time; 5 where left out. */
  maxConcurrentRequests?: number;
}

export type BatchGetOptions = BatchFunctionOptions;
export type BatchSetOptions = BatchFunctionOptions;
export type BatchDeleteOptions = BatchFunctionOptions;

export interface BatchSetItem {
  key: Bytes;
  value: Bytes;
  /** In seconds; 60 where left out. */
  ttl?: number;
}

export type BatchGetResponse = Record<string, CacheGet.Response>;
export type BatchSetResponse = Record<string, CacheSet.Response>;
export type BatchDeleteResponse = Record<string, CacheDelete.Response>;

async function batch<Item, Response>(
  items: readonly Item[],
  options: BatchFunctionOptions | undefined,
  key: (item: Item) => Bytes,
  call: (item: Item) => Promise<Response>,
): Promise<Record<string, Response>> {
  const all = [...items];
  const responses: [string, Response][] = [];
  let next = 0;
  const worker = async () => {
    while (next < all.length) {
      const item = all[next++] as Item;
      responses.push([String(key(item)), await call(item)]);
    }
  };
  const workers = Math.min(options?.maxConcurrentRequests || defaultMaxConcurrentRequests, all.length);
  await Promise.all(Array.from({ length: workers }, worker));
  return Object.fromEntries(responses);
}

export function batchGet(
  cacheClient: ICacheClient,
  cacheName: string,
  keys: readonly Bytes[],
  options?: BatchGetOptions,
): Promise<BatchGetResponse> {
  return batch(
    keys,
    options,
    key => key,
    key => cacheClient.get(cacheName, key),
  );
}

export function batchSet(
  cacheClient: ICacheClient,
  cacheName: string,
  items: readonly BatchSetItem[],
  options?: BatchSetOptions,
): Promise<BatchSetResponse> {
  return batch(
    items,
    options,
    item => item.key,
    item => cacheClient.set(cacheName, item.key, item.value, { ttl: item.ttl ?? defaultTtlSeconds }),
  );
}

export function batchDelete(
  cacheClient: ICacheClient,
  cacheName: string,
  keys: readonly Bytes[],
  options?: BatchDeleteOptions,
): Promise<BatchDeleteResponse> {
  return batch(
    keys,
    options,
    key => key,
    key => cacheClient.delete(cacheName, key),
  );
}
