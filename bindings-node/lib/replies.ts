// From the addon's compact replies to response classes: one reader per shape. The kinds are those of src/replies.rs.

import { UnknownError, sdkError, type SdkError } from './errors';
import type { NativeError } from './native';
import { CacheInfo, type CacheLimits, type TopicLimits } from './responses';

const ERROR = 0;
const SUCCESS = 1;
const ALREADY_EXISTS = 2;
const HIT = 3;
const MISS = 4;
const CACHES = 5;

type Class<Instance, Arguments extends unknown[] = []> = new (...values: Arguments) => Instance;

/** Makes an operation's answers. */
export interface Reply<Response> {
  answer(kind: number, payload: unknown): Response;
  failure(error: SdkError): Response;
}

function reply<Response>(
  Failure: Class<Response, [SdkError]>,
  read: (kind: number, payload: unknown) => Response | undefined,
): Reply<Response> {
  const failure = (error: SdkError) => new Failure(error);
  return {
    failure,
    answer(kind, payload) {
      if (kind === ERROR) return failure(sdkError(payload as NativeError));
      return read(kind, payload) ?? failure(new UnknownError(`the addon answered ${kind}; please report this`));
    },
  };
}

export function successReply<S, E>(of: { Success: Class<S>; Error: Class<E, [SdkError]> }): Reply<S | E> {
  return reply<S | E>(of.Error, kind => (kind === SUCCESS ? new of.Success() : undefined));
}

export function createdReply<S, A, E>(of: {
  Success: Class<S>;
  AlreadyExists: Class<A>;
  Error: Class<E, [SdkError]>;
}): Reply<S | A | E> {
  return reply<S | A | E>(of.Error, kind => {
    if (kind === ALREADY_EXISTS) return new of.AlreadyExists();
    return kind === SUCCESS ? new of.Success() : undefined;
  });
}

export function valueReply<H, M, E>(of: {
  Hit: Class<H, [Uint8Array]>;
  Miss: Class<M>;
  Error: Class<E, [SdkError]>;
}): Reply<H | M | E> {
  return reply<H | M | E>(of.Error, (kind, payload) => {
    if (kind === HIT) return new of.Hit(payload as Uint8Array);
    return kind === MISS ? new of.Miss() : undefined;
  });
}

interface NativeCacheInfo {
  name: string;
  cacheLimits: CacheLimits;
  topicLimits: TopicLimits;
}

export function cachesReply<S, E>(of: { Success: Class<S, [CacheInfo[]]>; Error: Class<E, [SdkError]> }): Reply<S | E> {
  return reply<S | E>(of.Error, (kind, payload) => {
    if (kind !== CACHES) return undefined;
    const caches = payload as NativeCacheInfo[];
    return new of.Success(caches.map(cache => new CacheInfo(cache.name, cache.topicLimits, cache.cacheLimits)));
  });
}
