// From the addon's compact answers to response classes. The kinds and the payloads are those of src/replies.rs.

import { types } from 'node:util';
import { UnknownError, sdkError, type SdkError } from './errors';
import type { NativeError } from './native';
import type { KeyFacts } from './responses/control';
import { PackedElements } from './responses/elements';

/** Which variant an answer is. */
const VARIANTS = ['Error', 'Success', 'AlreadyExists', 'Hit', 'Miss', 'Stored', 'NotStored', 'Set', 'NotSet'];
/** A hit where the operation has one, else a success. */
const LENGTH = 9;

/** How a payload becomes what the variant's constructor takes. */
type Reader = (payload: never) => unknown[];

type Packed = [bytes: Uint8Array, lengths: Uint32Array];

const packed = ([bytes, lengths]: Packed) => new PackedElements(bytes, lengths);
const flags = (bytes: Uint8Array) => Array.from(bytes, Boolean);
const scalar = () => require('./responses/scalar.generated') as typeof import('./responses/scalar.generated');

/** By the second number of an answer. */
const READERS: Reader[] = [
  () => [],
  (value: unknown) => [value],
  (values: unknown[]) => values,
  (list: Packed) => [packed(list)],
  ([bytes, lengths, flagged]: [...Packed, Uint8Array]) => [packed([bytes, lengths]), flags(flagged)],
  ([bytes, lengths, scores]: [...Packed, Float64Array]) => [packed([bytes, lengths]), scores],
  ([bytes, lengths, scores]: [...Packed, Float64Array]) => [scores, packed([bytes, lengths])],
  values,
  results,
  caches,
  signingKeys,
];

/** An answer per key: a value, a miss or an error. */
function values([bytes, lengths, errors]: [...Packed, NativeError[]]): unknown[] {
  const { CacheGet } = scalar();
  const pairs = new PackedElements(bytes, lengths);
  const keys: Uint8Array[] = [];
  let failed = 0;
  const answers = Array.from({ length: pairs.length / 2 }, (_, place) => {
    const index = 2 * place;
    keys.push(pairs.view(index));
    if (pairs.isPresent(index + 1)) return new CacheGet.Hit(pairs.view(index + 1));
    if (!pairs.isFailed(index + 1)) return new CacheGet.Miss();
    failed += 1;
    return new CacheGet.Error(sdkError(errors[failed - 1] as NativeError));
  });
  return [answers, keys];
}

/** An answer per item: stored, or an error. */
function results(errors: (NativeError | null)[]): unknown[] {
  const { CacheSet } = scalar();
  return [errors.map(error => (error === null ? new CacheSet.Success() : new CacheSet.Error(sdkError(error))))];
}

interface NativeCacheInfo {
  name: string;
  cacheLimits: never;
  topicLimits: never;
}

function caches(list: NativeCacheInfo[]): unknown[] {
  const { CacheInfo } = require('./responses/control') as typeof import('./responses/control');
  return [list.map(cache => new CacheInfo(cache.name, cache.topicLimits, cache.cacheLimits))];
}

function signingKeys(list: KeyFacts[]): unknown[] {
  const { SigningKey } = require('./responses/control') as typeof import('./responses/control');
  return [list.map(key => new SigningKey(key.keyId, new Date(key.expiresAt * 1_000), key.endpoint))];
}

type Class = new (...values: unknown[]) => object;

/** Makes an operation's answers. Its classes are loaded with the first of them. */
export class Reply<Response> {
  readonly #load: () => object;
  readonly #echo: unknown;

  constructor(load: () => object, echo?: unknown) {
    this.#load = load;
    this.#echo = echo;
  }

  /** The same for one call, whose errors tell this argument again. */
  echoing(echo: unknown): Reply<Response> {
    return new Reply(this.#load, echo);
  }

  answer(kind: number, reader: number, payload: unknown): Response {
    if (kind === 0) return this.failure(sdkError(payload as NativeError));
    const classes = this.#load() as Partial<Record<string, Class>>;
    const made = kind === LENGTH ? (classes['Hit'] ?? classes['Success']) : classes[VARIANTS[kind] ?? ''];
    const read = READERS[reader];
    if (made && read) return new made(...read(payload as never)) as Response;
    return this.failure(new UnknownError(`the addon answered ${kind} ${reader}; please report this`));
  }

  failure(error: SdkError): Response {
    const { Error } = this.#load() as Record<'Error', Class>;
    return new Error(error, told(this.#echo)) as Response;
  }
}

function told(echo: unknown): Uint8Array {
  if (types.isUint8Array(echo)) return echo;
  return new Uint8Array(Buffer.from(typeof echo === 'string' ? echo : ''));
}
