// The package's names: what the official @gomomento/sdk and @gomomento/sdk-core export for caches, and what is new here.
// scripts/bundle.mjs makes each of them load on its first use, and gives the same ones to `import`.

export { getMomentoClient, type MomentoClientProps } from './shared-client';
export { withInvocation, type InvocationOptions } from './invocation';
export { afterRestore, beforeSnapshot } from './snapshots';
export type { Counters } from './counters';
export { CacheClient, SimpleCacheClient, type CacheClientProps, type EagerCacheClientProps } from './cache-client';
export type * from './api.generated';
export type { CallOptions, CallOptions as CancellationCallOptions } from './calls';
export * from './responses/control.generated';
export * from './responses/scalar.generated';
export * from './responses/conditional.generated';
export * from './responses/dictionary.generated';
export * from './responses/set.generated';
export * from './responses/list.generated';
export * from './responses/sorted-set.generated';
export { BaseResponseError, BaseResponseMiss, BaseResponseSuccess, ResponseBase } from './responses/base';
export { CacheInfo, SigningKey, type CacheLimits, type TopicLimits } from './responses/control';
export {
  CollectionTtl,
  ItemType,
  SortedSetAggregate,
  SortedSetOrder,
  type BatchItems,
  type Bytes,
  type DictionaryElements,
  type ScoredElements,
  type SetBatchItem,
  type SortedSetSource,
} from './collections';
export * as BatchUtils from './batch-utils';
export * as Configurations from './config/presets';
export { CacheConfiguration, type Configuration, type ConfigurationProps } from './config/configuration';
export {
  StaticGrpcConfiguration,
  StaticTransportStrategy,
  type GrpcConfiguration,
  type GrpcConfigurationProps,
  type TransportStrategy,
  type TransportStrategyProps,
} from './config/transport';
export {
  AutomaticDecompression,
  CompressionLevel,
  ReadConcern,
  type CompressionStrategy,
  type ICompression,
} from './config/values';
export { GzipCompressorFactory, ZstdCompressorFactory } from './config/compression';
export {
  DefaultEligibilityStrategy,
  ExponentialBackoffRetryStrategy,
  FixedCountRetryStrategy,
  FixedTimeoutRetryStrategy,
  NoRetryStrategy,
  type DeterminewhenToRetryRequestProps,
  type EligibilityStrategy,
  type EligibleForRetryProps,
  type ExponentialBackoffRetryStrategyProps,
  type FixedCountRetryStrategyProps,
  type FixedTimeoutRetryStrategyProps,
  type GrpcRequest,
  type RetryStrategy,
  type StatusObject,
} from './config/retry';
export {
  DefaultMomentoLogger,
  DefaultMomentoLoggerFactory,
  DefaultMomentoLoggerLevel,
  NoopMomentoLogger,
  NoopMomentoLoggerFactory,
  type MomentoLogger,
  type MomentoLoggerFactory,
} from './config/logging';
export {
  GrpcMessage,
  MiddlewareMessage,
  MiddlewareMetadata,
  MiddlewareStatus,
  type Middleware,
  type MiddlewareRequestHandler,
  type MiddlewareRequestHandlerContext,
  type RequestLog,
} from './middleware/middleware';
export { ExampleAsyncMiddleware, RequestLoggingMiddleware } from './middleware/logging';
export {
  ExperimentalActiveRequestCountLoggingMiddleware,
  ExperimentalEventLoopPerformanceMetricsMiddleware,
  ExperimentalGarbageCollectionPerformanceMetricsMiddleware,
  ExperimentalMetricsCsvMiddleware,
  ExperimentalMetricsLoggingMiddleware,
  MiddlewareFactory,
  type ExperimentalMetricsMiddlewareOptions,
} from './middleware/metrics';
export { Metadata, type MetadataValue } from './metadata';
export {
  ApiKeyV2TokenProvider,
  CredentialProvider,
  EnvMomentoTokenProvider,
  EnvMomentoV2TokenProvider,
  MomentoLocalProvider,
  StringMomentoTokenProvider,
  type AllEndpoints,
  type ApiKeyV2TokenProviderProps,
  type BaseEndpointOverride,
  type Endpoint,
  type EndpointOverrides,
  type EnvMomentoTokenProviderProps,
  type EnvMomentoV2TokenProviderProps,
  type MomentoLocalProviderProps,
  type StringMomentoApiKeyProviderProps,
  type StringMomentoAuthTokenProviderProps,
  type StringMomentoTokenProviderProps,
} from './credentials';
export {
  AuthenticationError,
  BadRequestError,
  CacheAlreadyExistsError,
  CacheNotFoundError,
  CancelledError,
  ClientResourceExhaustedError,
  ConnectionError,
  FailedPreconditionError,
  FunctionNotFoundError,
  InternalServerError,
  InvalidArgumentError,
  LimitExceededError,
  MomentoErrorCode,
  MomentoErrorTransportDetails,
  MomentoGrpcErrorDetails,
  PermissionError,
  SdkError,
  ServerUnavailableError,
  StoreAlreadyExistsError,
  StoreItemNotFoundError,
  StoreNotFoundError,
  TimeoutError,
  UnknownError,
  UnknownServiceError,
} from './errors';
