// From a configuration to what the addon takes.

import { CacheConfiguration, type Configuration } from './configuration';
import { InvalidArgumentError } from '../errors';
import type { NativeCompression, NativeConfiguration, NativeRetry } from '../native';
import type { RetryStrategy } from './retry';
import type { CompressionStrategy } from './values';
import type { Middleware } from '../middleware/middleware';

const THREE_MORE: NativeRetry = { strategy: 'fixed-count', maxAttempts: 3 };

/** What the user's own code has a say in. */
export interface OwnCode {
  middlewares: Middleware[];
  /** Where the core can't carry the strategy out. */
  retryStrategy?: RetryStrategy;
}

export function nativeConfiguration(configuration: Configuration): [NativeConfiguration, OwnCode] {
  const grpc = configuration.getTransportStrategy().getGrpcConfig();
  const props = configuration instanceof CacheConfiguration ? CacheConfiguration.props(configuration) : undefined;
  // A preset's strategy is not even loaded.
  const strategy = props ? props.retryStrategy : configuration.getRetryStrategy?.();
  const retry = strategy === undefined ? THREE_MORE : nativeRetry(strategy);
  const middlewares = props ? (props.middlewares ?? []) : (configuration.getMiddlewares?.() ?? []);
  for (const middleware of middlewares) {
    if (typeof middleware?.onNewRequest !== 'function') {
      throw new InvalidArgumentError('a middleware must have a function onNewRequest');
    }
  }
  const compression = configuration.getCompressionStrategy?.();
  const native: NativeConfiguration = {
    // What is no number becomes NaN here, which the addon refuses in the official words.
    deadlineMillis: Number(grpc.getDeadlineMillis()),
    maxMessageBytes: number('maxSendMessageLength', grpc.getMaxSendMessageLength()),
    maxReplyBytes: number('maxReceiveMessageLength', grpc.getMaxReceiveMessageLength()),
    maxConcurrentRequests: number('maxConcurrentRequests', grpc.getMaxConcurrentRequests?.()),
    connectBudgetMillis: number('connectTimeoutMillis', props?.connectTimeoutMillis),
    startBudgetMillis: number('startBudgetMillis', props?.startBudgetMillis),
    tokenTtlSeconds: number('tokenTtlSeconds', props?.tokenTtlSeconds),
    rootCertificates: text('rootCertificatesPem', props?.rootCertificatesPem),
    consistentReads: (props ? props.readConcern : configuration.getReadConcern?.()) === 'consistent',
    compression: compression === undefined ? undefined : nativeCompression(compression),
    retry,
  };
  return [native, { middlewares, retryStrategy: retry.strategy === 'custom' ? strategy : undefined }];
}

function number(what: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return value;
  throw new InvalidArgumentError(`${what} must be a number, not ${typeof value}`);
}

function text(what: string, value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new InvalidArgumentError(`${what} must be a string, not ${typeof value}`);
}

/** A strategy of ours as it is, which the core carries out; anything else is asked. */
function nativeRetry(strategy: RetryStrategy): NativeRetry {
  const { ExponentialBackoffRetryStrategy, FixedCountRetryStrategy, FixedTimeoutRetryStrategy, NoRetryStrategy } =
    require('./retry') as typeof import('./retry');
  if (typeof strategy?.determineWhenToRetryRequest !== 'function') {
    throw new InvalidArgumentError('retryStrategy must have a function determineWhenToRetryRequest');
  }
  const { responseDataReceivedTimeoutMillis } = strategy;
  const responseTimeoutMillis = number('responseDataReceivedTimeoutMillis', responseDataReceivedTimeoutMillis);
  // A class that extends one of ours may decide otherwise.
  const its = (ours: { prototype: object }) => Object.getPrototypeOf(strategy) === ours.prototype;
  const decidesAlone = (strategy as { hasOwnEligibility?: boolean }).hasOwnEligibility !== true;
  if (its(NoRetryStrategy)) return { strategy: 'none' };
  if (decidesAlone && strategy instanceof FixedCountRetryStrategy && its(FixedCountRetryStrategy)) {
    return { strategy: 'fixed-count', maxAttempts: number('maxAttempts', strategy.maxAttempts) };
  }
  if (decidesAlone && strategy instanceof FixedTimeoutRetryStrategy && its(FixedTimeoutRetryStrategy)) {
    const delayMillis = number('retryDelayIntervalMillis', strategy.retryDelayIntervalMillis);
    return { strategy: 'fixed-timeout', delayMillis, responseTimeoutMillis };
  }
  if (decidesAlone && strategy instanceof ExponentialBackoffRetryStrategy && its(ExponentialBackoffRetryStrategy)) {
    const delayMillis = number('initialDelayMillis', strategy.initialDelayMillis);
    const maxDelayMillis = number('maxBackoffMillis', strategy.maxBackoffMillis);
    return { strategy: 'exponential-backoff', delayMillis, maxDelayMillis, growthFactor: strategy.growthFactor };
  }
  return { strategy: 'custom', responseTimeoutMillis };
}

function nativeCompression(strategy: CompressionStrategy): NativeCompression {
  const { formatOf } = require('./compression') as typeof import('./compression');
  const levels: Record<string, string> = { Balanced: 'balanced', Fastest: 'fastest', SmallestSize: 'smallest' };
  const level = levels[strategy?.compressionLevel ?? 'Balanced'];
  if (level === undefined) throw new InvalidArgumentError('compressionLevel must be a CompressionLevel');
  return {
    zstd: formatOf(strategy?.compressorFactory) === 'zstd',
    level,
    decompressAutomatically: (strategy.automaticDecompression ?? 'Enabled') === 'Enabled',
  };
}
