// How a client speaks to the service, with the official SDK's classes. Every builder returns a changed copy.
//
// Settings of a transport that this package does not have (number of channels, keep-alive times, session memory) are
// kept and given back, so that code that tunes them goes on working, and change nothing.

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
    return this.#props.numClients ?? 6;
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
