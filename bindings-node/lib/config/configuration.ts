// How a client behaves, with the official SDK's classes and builders. Every builder returns a changed copy.
//
// A preset is a few numbers: the objects for retries and logs are made when somebody asks for them, because a function
// that starts pays for each class it loads.

import type { MomentoLoggerFactory } from './logging';
import type { CompressionStrategy, ReadConcern } from './values';
import type { RetryStrategy } from './retry';
import type { TransportStrategy } from './transport';
import type { Middleware } from '../middleware/middleware';

export interface ConfigurationProps {
  transportStrategy: TransportStrategy;
  loggerFactory?: MomentoLoggerFactory;
  /** Three more attempts at once where left out. */
  retryStrategy?: RetryStrategy;
  middlewares?: Middleware[];
  throwOnErrors?: boolean;
  readConcern?: ReadConcern;
  compression?: CompressionStrategy;
  /** How long connecting may take, in milliseconds; 1000 where left out. */
  connectTimeoutMillis?: number;
  /** How long a first call waits for token and connection, in milliseconds; where left out 1000, or as connecting may take. */
  startBudgetMillis?: number;
  /** How long a token is used before it is looked up again, 0 for ever; where left out MOMENTO_TOKEN_TTL, else 900. */
  tokenTtlSeconds?: number;
  /** A PEM file with certificate authorities to trust besides the built-in ones. */
  rootCertificatesPem?: string;
}

export interface Configuration {
  getLoggerFactory(): MomentoLoggerFactory;
  getRetryStrategy(): RetryStrategy;
  withRetryStrategy(retryStrategy: RetryStrategy): Configuration;
  getTransportStrategy(): TransportStrategy;
  withTransportStrategy(transportStrategy: TransportStrategy): Configuration;
  /** How long a data call may take, connecting included. */
  withClientTimeoutMillis(clientTimeoutMillis: number): Configuration;
  /** The largest message sent or received, in bytes. */
  withMaxMessageLength(maxMessageLength: number): Configuration;
  withNumConnections(numConnections: number): Configuration;
  getMiddlewares(): Middleware[];
  withMiddlewares(middlewares: Middleware[]): Configuration;
  /** Puts a middleware before those that are there. */
  addMiddleware(middleware: Middleware): Configuration;
  getThrowOnErrors(): boolean;
  /** Whether failures reject with the SdkError instead of resolving with an Error response. */
  withThrowOnErrors(throwOnErrors: boolean): Configuration;
  getReadConcern(): ReadConcern;
  withReadConcern(readConcern: ReadConcern): Configuration;
  getCompressionStrategy(): CompressionStrategy | undefined;
  withCompressionStrategy(compressionStrategy: CompressionStrategy): Configuration;
  hasCompressionStrategy(): boolean;
  /** How long connecting may take. */
  withConnectTimeoutMillis(connectTimeoutMillis: number): Configuration;
  /** How long a first call waits for token and connection together. */
  withStartBudgetMillis(startBudgetMillis: number): Configuration;
  /** How long a token is used before it is looked up again, in the background; 0: for ever. */
  withTokenTtlSeconds(tokenTtlSeconds: number): Configuration;
  /** Trusts also the certificate authorities in this PEM file. */
  withRootCertificatesPem(path: string): Configuration;
}

export class CacheConfiguration implements Configuration {
  readonly #props: ConfigurationProps;

  constructor(props: ConfigurationProps) {
    this.#props = { ...props };
  }

  #with(change: Partial<ConfigurationProps>): CacheConfiguration {
    return new CacheConfiguration({ ...this.#props, ...change });
  }

  getLoggerFactory(): MomentoLoggerFactory {
    const { DefaultMomentoLoggerFactory } = require('./logging') as typeof import('./logging');
    return (this.#props.loggerFactory ??= new DefaultMomentoLoggerFactory());
  }

  getRetryStrategy(): RetryStrategy {
    const { FixedCountRetryStrategy } = require('./retry') as typeof import('./retry');
    this.#props.retryStrategy ??= new FixedCountRetryStrategy({
      loggerFactory: this.getLoggerFactory(),
      maxAttempts: 3,
    });
    return this.#props.retryStrategy;
  }

  withRetryStrategy(retryStrategy: RetryStrategy): CacheConfiguration {
    return this.#with({ retryStrategy });
  }

  getTransportStrategy(): TransportStrategy {
    return this.#props.transportStrategy;
  }

  withTransportStrategy(transportStrategy: TransportStrategy): CacheConfiguration {
    return this.#with({ transportStrategy });
  }

  withClientTimeoutMillis(clientTimeoutMillis: number): CacheConfiguration {
    return this.withTransportStrategy(this.getTransportStrategy().withClientTimeoutMillis(clientTimeoutMillis));
  }

  withMaxMessageLength(maxMessageLength: number): CacheConfiguration {
    const strategy = this.getTransportStrategy();
    const grpc = strategy.getGrpcConfig().withMaxSendMessageLength(maxMessageLength);
    return this.withTransportStrategy(strategy.withGrpcConfig(grpc.withMaxReceiveMessageLength(maxMessageLength)));
  }

  withNumConnections(numConnections: number): CacheConfiguration {
    const strategy = this.getTransportStrategy();
    return this.withTransportStrategy(strategy.withGrpcConfig(strategy.getGrpcConfig().withNumClients(numConnections)));
  }

  getMiddlewares(): Middleware[] {
    return [...(this.#props.middlewares ?? [])];
  }

  withMiddlewares(middlewares: Middleware[]): CacheConfiguration {
    return this.#with({ middlewares: [...middlewares] });
  }

  addMiddleware(middleware: Middleware): CacheConfiguration {
    return this.#with({ middlewares: [middleware, ...this.getMiddlewares()] });
  }

  getThrowOnErrors(): boolean {
    return this.#props.throwOnErrors ?? false;
  }

  withThrowOnErrors(throwOnErrors: boolean): CacheConfiguration {
    return this.#with({ throwOnErrors });
  }

  getReadConcern(): ReadConcern {
    const { ReadConcern } = require('./values') as typeof import('./values');
    return this.#props.readConcern ?? ReadConcern.BALANCED;
  }

  withReadConcern(readConcern: ReadConcern): CacheConfiguration {
    return this.#with({ readConcern });
  }

  getCompressionStrategy(): CompressionStrategy | undefined {
    return this.#props.compression;
  }

  withCompressionStrategy(compressionStrategy: CompressionStrategy): CacheConfiguration {
    return this.#with({ compression: compressionStrategy });
  }

  hasCompressionStrategy(): boolean {
    return this.#props.compression !== undefined;
  }

  withConnectTimeoutMillis(connectTimeoutMillis: number): CacheConfiguration {
    return this.#with({ connectTimeoutMillis });
  }

  withStartBudgetMillis(startBudgetMillis: number): CacheConfiguration {
    return this.#with({ startBudgetMillis });
  }

  withTokenTtlSeconds(tokenTtlSeconds: number): CacheConfiguration {
    return this.#with({ tokenTtlSeconds });
  }

  withRootCertificatesPem(path: string): CacheConfiguration {
    return this.#with({ rootCertificatesPem: path });
  }

  /** @internal What was set, without the defaults. */
  static props(configuration: CacheConfiguration): Readonly<ConfigurationProps> {
    return configuration.#props;
  }
}
