// The addon: found, loaded and described. Its Rust side is src/.
//
// A checkout has the addon beside dist, a bundle beside itself, an installation in a package per platform, which npm, pnpm
// and Yarn put beside this one. glibc and musl can't be told apart cheaply (`process.report` takes milliseconds), so both
// are tried and the one that loads is taken. A file that is there is loaded without `require`, which takes 0.4 ms longer,
// and which webpack would take for a module of its own.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from './load-error';
import type { NativeOperations } from './native.generated';

export interface NativeError {
  code: string;
  details: string;
  limit: string;
  /** Metadata: names and values by turns. */
  grpc?: { code: number; details: string; metadata: string[] };
}

export interface NativeEndpoint {
  address: string;
  secure: boolean;
}

export interface NativeEndpoints {
  cache: NativeEndpoint;
  control: NativeEndpoint;
  token: NativeEndpoint;
}

export interface NativeKey {
  kind: 'v1' | 'v2' | 'legacy';
  token: string;
  endpoints?: NativeEndpoints;
}

export interface NativeConfiguration {
  deadlineMillis: number;
  connectBudgetMillis?: number;
  startBudgetMillis?: number;
  tokenTtlSeconds?: number;
  maxMessageBytes?: number;
  maxReplyBytes?: number;
  maxConcurrentRequests?: number;
  rootCertificates?: string;
  consistentReads: boolean;
  retry: NativeRetry;
  compression?: NativeCompression;
}

export interface NativeRetry {
  strategy: 'none' | 'fixed-count' | 'fixed-timeout' | 'exponential-backoff' | 'custom';
  maxAttempts?: number;
  responseTimeoutMillis?: number;
  delayMillis?: number;
  maxDelayMillis?: number;
  growthFactor?: number;
}

export interface NativeCompression {
  zstd: boolean;
  level: string;
  decompressAutomatically: boolean;
}

/** What the core asks a user's middlewares or retry strategy. */
export interface NativeQuestion {
  number: number;
  kind: 'before' | 'after' | 'retry';
  path: string;
  attempt: number;
  messageName?: string;
  message?: Uint8Array;
  /** Names and values by turns. */
  metadata: string[];
  code: number;
  details: string;
  remainingMillis: number;
}

export interface NativeClientOptions {
  credential: { token: string; endpoints: NativeEndpoints };
  configuration: NativeConfiguration;
  defaultTtlSeconds: number;
  runtimeVersion: string;
}

export interface NativeSharedOptions {
  tokenSource?: string;
  endpoint?: string;
  configuration?: NativeConfiguration;
  defaultTtlSeconds?: number;
  runtimeVersion: string;
}

export interface NativeClient extends NativeOperations {
  /** Which client of the registry this is; 0 for one outside it. */
  readonly number: number;
  start(ticket: number, seconds: number): NativeError | null;
  /** Which hooks there are. */
  ask(middlewares: boolean, retry: boolean): void;
  /** What the client has done so far: names and figures by turns. */
  counters(): (string | number)[];
  /** Gives a call up: its answer does not come. */
  cancel(ticket: number): void;
  close(): void;
}

/** A handler's run: calls are bound by its time until `end`. */
export interface NativeInvocation {
  underWay(): number;
  unfinished(): number;
  maySettle(): boolean;
  end(): void;
}

export interface NativeQueue {
  /** Ticket, variant, reader, payload; ticket, variant, reader, payload; ... */
  drain(): unknown[];
  answerMetadata(question: number, metadata: string[]): void;
  answerDone(question: number): void;
  answerRetry(question: number, milliseconds: number | undefined): void;
  answerFailed(question: number, details: string): void;
  client(options: NativeClientOptions): NativeClient | NativeError;
  shared(options: NativeSharedOptions): NativeClient | NativeError;
  settle(ticket: number, invocation: NativeInvocation): NativeError | null;
  beforeSnapshot(ticket: number): NativeError | null;
}

interface Addon {
  NativeQueue: new (answer: () => void) => NativeQueue;
  beginInvocation(remainingMillis: number | undefined, marginMillis: number): NativeInvocation;
  afterRestore(): void;
  parseKey(text: string): NativeKey | NativeError;
  parseEndpoint(text: string): NativeEndpoints | NativeError;
  /** What `npx momento-lambda doctor` prints and ends with. */
  doctor(args: string[], runtimeVersion: string, addon?: string): { exitCode: number; text: string };
}

const loadError = () => require('./load-error') as typeof import('./load-error');

/** The addon's file, for the doctor. */
export let addonFile = '';

function load(): Addon {
  const platform = `${process.platform}-${process.arch}`;
  const targets = process.platform === 'linux' ? [`${platform}-gnu`, `${platform}-musl`] : [platform];
  const failures: Failure[] = [];
  for (const target of targets) {
    const file = `momento-lambda.${target}.node`;
    const name = `momento-lambda-${target}`;
    const places = [join(__dirname, '..', file), join(__dirname, file), join(__dirname, '..', '..', name, file)];
    const place = places.find(existsSync) ?? name;
    try {
      const module = { exports: {} as Addon };
      addonFile = place === name ? loadError().packageFile(name, __dirname) : place;
      process.dlopen(module, addonFile);
      return module.exports;
    } catch (error) {
      failures.push({ target, place, error: error as Error });
    }
  }
  throw new Error(loadError().explain(failures, __dirname), { cause: failures[0]?.error });
}

export const addon = load();

/** Whether the addon gave an error instead of what was asked for. */
export function failed(result: object): result is NativeError {
  return 'details' in result;
}
