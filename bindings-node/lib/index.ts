// The package's names. scripts/write-esm.mjs gives the same ones to `import`.

export { getMomentoClient, type MomentoClientProps } from './shared-client';
export { CacheClient, SimpleCacheClient, type CacheClientProps, type EagerCacheClientProps } from './cache-client';
export type { CallOptions } from './calls';
export * from './api.generated';
export { CacheInfo, type CacheLimits, type TopicLimits } from './responses';
export {
  CacheConfiguration,
  Configurations,
  StaticGrpcConfiguration,
  StaticTransportStrategy,
  type Configuration,
  type ConfigurationProps,
  type GrpcConfiguration,
  type GrpcConfigurationProps,
  type TransportStrategy,
  type TransportStrategyProps,
} from './configuration';
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
