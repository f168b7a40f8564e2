// How a client behaves, with the official SDK's classes and builders. Every builder returns a changed copy.
//
// Settings of a transport that this package does not have (number of channels, keep-alive times, session memory) are
// kept and given back, so that code that tunes them goes on working, and change nothing.

import type { NativeConfiguration } from './native';

export interface GrpcConfigurationProps {
  /** How long a data call may take, in milliseconds. */
  deadlineMillis: number;
  maxSessionMemoryMb: number;
  numClients?: number;
  maxConcurrentRequests?: number;
  keepAlivePermitWithoutCalls?: number;
  keepAliveTimeoutMs?: number;
  keepAliveTimeMs?: number;
  /** The largest message sent, in bytes. */
  maxSendMessageLength?: number;
  /** The largest message received, in bytes. */
  maxReceiveMessageLength?: number;
}

export interface GrpcConfiguration {
  getDeadlineMillis(): number;
  withDeadlineMillis(deadlineMillis: number): GrpcConfiguration;
  getMaxSessionMemoryMb(): number;
  withMaxSessionMemoryMb(maxSessionMemoryMb: number): GrpcConfiguration;
  getNumClients(): number;
  withNumClients(numClients: number): GrpcConfiguration;
  getMaxConcurrentRequests(): number | undefined;
  withMaxConcurrentRequests(maxConcurrentRequests: number): GrpcConfiguration;
  getKeepAlivePermitWithoutCalls(): number | undefined;
  getKeepAliveTimeoutMS(): number | undefined;
  getKeepAliveTimeMS(): number | undefined;
  getMaxSendMessageLength(): number | undefined;
  withMaxSendMessageLength(maxSendMessageLength: number): GrpcConfiguration;
  getMaxReceiveMessageLength(): number | undefined;
  withMaxReceiveMessageLength(maxReceiveMessageLength: number): GrpcConfiguration;
}

export class StaticGrpcConfiguration implements GrpcConfiguration {
  readonly #props: GrpcConfigurationProps;

  constructor(props: GrpcConfigurationProps) {
    this.#props = { ...props };
  }

  #with(change: Partial<GrpcConfigurationProps>): StaticGrpcConfiguration {
    return new StaticGrpcConfiguration({ ...this.#props, ...change });
  }

  getDeadlineMillis(): number {
    return this.#props.deadlineMillis;
  }

  withDeadlineMillis(deadlineMillis: number): StaticGrpcConfiguration {
    return this.#with({ deadlineMillis });
  }

  getMaxSessionMemoryMb(): number {
    return this.#props.maxSessionMemoryMb;
  }

  withMaxSessionMemoryMb(maxSessionMemoryMb: number): StaticGrpcConfiguration {
    return this.#with({ maxSessionMemoryMb });
  }

  getNumClients(): number {
    return this.#props.numClients ?? 1;
  }

  withNumClients(numClients: number): StaticGrpcConfiguration {
    return this.#with({ numClients });
  }

  getMaxConcurrentRequests(): number | undefined {
    return this.#props.maxConcurrentRequests;
  }

  withMaxConcurrentRequests(maxConcurrentRequests: number): StaticGrpcConfiguration {
    return this.#with({ maxConcurrentRequests });
  }

  getKeepAlivePermitWithoutCalls(): number | undefined {
    return this.#props.keepAlivePermitWithoutCalls;
  }

  getKeepAliveTimeoutMS(): number | undefined {
    return this.#props.keepAliveTimeoutMs;
  }

  getKeepAliveTimeMS(): number | undefined {
    return this.#props.keepAliveTimeMs;
  }

  getMaxSendMessageLength(): number | undefined {
    return this.#props.maxSendMessageLength;
  }

  withMaxSendMessageLength(maxSendMessageLength: number): StaticGrpcConfiguration {
    return this.#with({ maxSendMessageLength });
  }

  getMaxReceiveMessageLength(): number | undefined {
    return this.#props.maxReceiveMessageLength;
  }

  withMaxReceiveMessageLength(maxReceiveMessageLength: number): StaticGrpcConfiguration {
    return this.#with({ maxReceiveMessageLength });
  }
}

export interface TransportStrategyProps {
  grpcConfiguration: GrpcConfiguration;
  maxIdleMillis: number;
  maxClientAgeMillis?: number;
}

export interface TransportStrategy {
  getGrpcConfig(): GrpcConfiguration;
  withGrpcConfig(grpcConfiguration: GrpcConfiguration): TransportStrategy;
  withClientTimeoutMillis(clientTimeoutMillis: number): TransportStrategy;
  getMaxIdleMillis(): number;
  withMaxIdleMillis(maxIdleMillis: number): TransportStrategy;
  getMaxClientAgeMillis(): number | undefined;
  withMaxClientAgeMillis(maxClientAgeMillis: number): TransportStrategy;
  getMaxConcurrentRequests(): number | undefined;
  withMaxConcurrentRequests(maxConcurrentRequests: number): TransportStrategy;
}

export class StaticTransportStrategy implements TransportStrategy {
  readonly #props: TransportStrategyProps;

  constructor(props: TransportStrategyProps) {
    this.#props = { ...props };
  }

  #with(change: Partial<TransportStrategyProps>): StaticTransportStrategy {
    return new StaticTransportStrategy({ ...this.#props, ...change });
  }

  getGrpcConfig(): GrpcConfiguration {
    return this.#props.grpcConfiguration;
  }

  withGrpcConfig(grpcConfiguration: GrpcConfiguration): StaticTransportStrategy {
    return this.#with({ grpcConfiguration });
  }

  withClientTimeoutMillis(clientTimeoutMillis: number): StaticTransportStrategy {
    return this.withGrpcConfig(this.getGrpcConfig().withDeadlineMillis(clientTimeoutMillis));
  }

  getMaxIdleMillis(): number {
    return this.#props.maxIdleMillis;
  }

  withMaxIdleMillis(maxIdleMillis: number): StaticTransportStrategy {
    return this.#with({ maxIdleMillis });
  }

  getMaxClientAgeMillis(): number | undefined {
    return this.#props.maxClientAgeMillis;
  }

  withMaxClientAgeMillis(maxClientAgeMillis: number): StaticTransportStrategy {
    return this.#with({ maxClientAgeMillis });
  }

  getMaxConcurrentRequests(): number | undefined {
    return this.getGrpcConfig().getMaxConcurrentRequests();
  }

  withMaxConcurrentRequests(maxConcurrentRequests: number): StaticTransportStrategy {
    return this.withGrpcConfig(this.getGrpcConfig().withMaxConcurrentRequests(maxConcurrentRequests));
  }
}

export interface ConfigurationProps {
  transportStrategy: TransportStrategy;
  throwOnErrors?: boolean;
  /** How long connecting may take, in milliseconds; 1000 where left out. */
  connectTimeoutMillis?: number;
  /** A PEM file with certificate authorities to trust besides the built-in ones. */
  rootCertificatesPem?: string;
}

export interface Configuration {
  getTransportStrategy(): TransportStrategy;
  withTransportStrategy(transportStrategy: TransportStrategy): Configuration;
  /** How long a data call may take, connecting included. */
  withClientTimeoutMillis(clientTimeoutMillis: number): Configuration;
  /** The largest message sent or received, in bytes. */
  withMaxMessageLength(maxMessageLength: number): Configuration;
  withNumConnections(numConnections: number): Configuration;
  getThrowOnErrors(): boolean;
  /** Whether failures reject with the SdkError instead of resolving with an Error response. */
  withThrowOnErrors(throwOnErrors: boolean): Configuration;
  /** How long connecting may take. */
  withConnectTimeoutMillis(connectTimeoutMillis: number): Configuration;
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

  getThrowOnErrors(): boolean {
    return this.#props.throwOnErrors ?? false;
  }

  withThrowOnErrors(throwOnErrors: boolean): CacheConfiguration {
    return this.#with({ throwOnErrors });
  }

  withConnectTimeoutMillis(connectTimeoutMillis: number): CacheConfiguration {
    return this.#with({ connectTimeoutMillis });
  }

  withRootCertificatesPem(path: string): CacheConfiguration {
    return this.#with({ rootCertificatesPem: path });
  }

  /** @internal */
  static native(configuration: Configuration): NativeConfiguration {
    const grpc = configuration.getTransportStrategy().getGrpcConfig();
    const props = configuration instanceof CacheConfiguration ? configuration.#props : undefined;
    return {
      // What is no number becomes NaN here, which the addon refuses in the official words.
      deadlineMillis: Number(grpc.getDeadlineMillis()),
      maxMessageBytes: grpc.getMaxReceiveMessageLength(),
      connectBudgetMillis: props?.connectTimeoutMillis,
      rootCertificates: props?.rootCertificatesPem,
    };
  }
}

function preset(deadlineMillis: number, connectTimeoutMillis: number): ConfigurationProps {
  const grpcConfiguration = new StaticGrpcConfiguration({
    deadlineMillis,
    maxSessionMemoryMb: 256,
    numClients: 1,
    maxSendMessageLength: 10_486_000,
    maxReceiveMessageLength: 10_486_000,
  });
  const transportStrategy = new StaticTransportStrategy({ grpcConfiguration, maxIdleMillis: 240_000 });
  return { transportStrategy, throwOnErrors: false, connectTimeoutMillis };
}

/** For a developer's machine on a slow network: a deadline of 5 s. */
class Laptop extends CacheConfiguration {
  static latest(): CacheConfiguration {
    return this.v1();
  }

  static v1(): CacheConfiguration {
    return new Laptop(preset(5_000, 5_000));
  }
}

/** For a function on AWS Lambda: a deadline of 1,100 ms. */
class Lambda extends CacheConfiguration {
  static latest(): CacheConfiguration {
    return new Lambda(preset(1_100, 1_000));
  }
}

/** For a machine in the cache's region: a deadline of 1,100 ms. */
class InRegionDefault extends CacheConfiguration {
  static latest(): CacheConfiguration {
    return this.v1();
  }

  static v1(): CacheConfiguration {
    return new InRegionDefault(preset(1_100, 1_000));
  }
}

/** For callers in the region that would rather fail early: a deadline of 500 ms. */
class InRegionLowLatency extends CacheConfiguration {
  static latest(): CacheConfiguration {
    return this.v1();
  }

  static v1(): CacheConfiguration {
    return new InRegionLowLatency(preset(500, 1_000));
  }
}

/** The presets. */
export const Configurations = {
  Laptop,
  Lambda,
  InRegion: { Default: InRegionDefault, LowLatency: InRegionLowLatency },
};
