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
  const ours = require('./retry') as typeof import('./retry');
  if (typeof strategy?.determineWhenToRetryRequest !== 'function') {
    throw new InvalidArgumentError('retryStrategy must have a function determineWhenToRetryRequest');
  }
  const kind = Object.getPrototypeOf(strategy) as unknown;
  const ownEligibility = (strategy as { hasOwnEligibility?: boolean }).hasOwnEligibility === true;
  if (kind === ours.NoRetryStrategy.prototype) return { strategy: 'none' };
  if (!ownEligibility && strategy instanceof ours.FixedCountRetryStrategy) {
    if (kind === ours.FixedCountRetryStrategy.prototype) {
      return { strategy: 'fixed-count', maxAttempts: number('maxAttempts', strategy.maxAttempts) };
    }
  }
  if (!ownEligibility && kind === ours.FixedTimeoutRetryStrategy.prototype) {
    const { retryDelayIntervalMillis, responseDataReceivedTimeoutMillis } = strategy as InstanceType<
      typeof ours.FixedTimeoutRetryStrategy
    >;
    return {
      strategy: 'fixed-timeout',
      delayMillis: number('retryDelayIntervalMillis', retryDelayIntervalMillis),
      responseTimeoutMillis: number('responseDataReceivedTimeoutMillis', responseDataReceivedTimeoutMillis),
    };
  }
  if (!ownEligibility && kind === ours.ExponentialBackoffRetryStrategy.prototype) {
    const { initialDelayMillis, growthFactor, maxBackoffMillis } = strategy as InstanceType<
      typeof ours.ExponentialBackoffRetryStrategy
    >;
    return {
      strategy: 'exponential-backoff',
      delayMillis: number('initialDelayMillis', initialDelayMillis),
      maxDelayMillis: number('maxBackoffMillis', maxBackoffMillis),
      growthFactor,
    };
  }
  const timeout = strategy.responseDataReceivedTimeoutMillis;
  return { strategy: 'custom', responseTimeoutMillis: number('responseDataReceivedTimeoutMillis', timeout) };
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
