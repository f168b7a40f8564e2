// The official retry strategies.
//
// One of ours without an eligibility strategy of the user's is carried out by the core. Any other is asked here, after
// each failed attempt, with what grpc-js would tell it.

import { Metadata } from '../metadata';
import { REPEATABLE } from '../rpcs.generated';
import type { MomentoLogger, MomentoLoggerFactory } from './logging';

/** How an attempt ended, as in grpc-js. */
export interface StatusObject {
  code: number;
  details: string;
  metadata: Metadata;
}

/** What is called, as far as grpc-js's definition of a method is known here. */
export interface GrpcRequest {
  /** `/cache_client.Scs/Get` */
  path: string;
  requestStream: boolean;
  responseStream: boolean;
}

export interface EligibleForRetryProps {
  grpcStatus: StatusObject;
  grpcRequest: GrpcRequest;
  requestMetadata: Metadata;
}

export interface EligibilityStrategy {
  isEligibleForRetry(props: EligibleForRetryProps): boolean;
}

export interface DeterminewhenToRetryRequestProps {
  grpcStatus: StatusObject;
  grpcRequest: GrpcRequest;
  /** 0 after the first attempt. */
  attemptNumber: number;
  requestMetadata: Metadata;
  overallDeadline: Date;
}

export interface RetryStrategy {
  /** How long an attempt after the first may take. */
  responseDataReceivedTimeoutMillis?: number;
  /** In how many milliseconds to try again; null: not at all. */
  determineWhenToRetryRequest(props: DeterminewhenToRetryRequestProps): number | null;
}

const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
const PASSING = [CANCELLED, 13, 14];

/** CANCELLED, INTERNAL and UNAVAILABLE may be repeated, where the RPC may. */
export class DefaultEligibilityStrategy implements EligibilityStrategy {
  readonly #logger: MomentoLogger;

  constructor(loggerFactory: MomentoLoggerFactory) {
    this.#logger = loggerFactory.getLogger(this);
  }

  isEligibleForRetry({ grpcStatus, grpcRequest }: EligibleForRetryProps): boolean {
    const eligible = PASSING.includes(grpcStatus.code) && REPEATABLE.has(grpcRequest.path);
    if (!eligible) this.#logger.debug('%s with status %d is not repeated', grpcRequest.path, grpcStatus.code);
    return eligible;
  }
}

interface StrategyProps {
  loggerFactory: MomentoLoggerFactory;
  eligibilityStrategy?: EligibilityStrategy;
}

/** What a strategy of ours is made of. */
abstract class Strategy implements RetryStrategy {
  /** Whether the user has a say in which failures are eligible. */
  readonly hasOwnEligibility: boolean;
  readonly #eligibility: EligibilityStrategy;

  constructor(props: StrategyProps) {
    this.hasOwnEligibility = props.eligibilityStrategy != null;
    this.#eligibility = props.eligibilityStrategy ?? new DefaultEligibilityStrategy(props.loggerFactory);
  }

  determineWhenToRetryRequest(props: DeterminewhenToRetryRequestProps): number | null {
    return this.#eligibility.isEligibleForRetry(props) ? this.delay(props) : null;
  }

  protected abstract delay(props: DeterminewhenToRetryRequestProps): number | null;
}

export interface FixedCountRetryStrategyProps extends StrategyProps {
  /** How many attempts may follow the first. */
  maxAttempts: number;
}

/** So many more attempts, at once. */
export class FixedCountRetryStrategy extends Strategy {
  readonly maxAttempts: number;

  constructor(props: FixedCountRetryStrategyProps) {
    super(props);
    this.maxAttempts = props.maxAttempts;
  }

  protected delay({ attemptNumber }: DeterminewhenToRetryRequestProps): number | null {
    return attemptNumber < this.maxAttempts ? 0 : null;
  }
}

export interface FixedTimeoutRetryStrategyProps extends StrategyProps {
  /** The pause; 100 where left out. */
  retryDelayIntervalMillis?: number;
  /** How long an attempt after the first may take; 1000 where left out. */
  responseDataReceivedTimeoutMillis?: number;
}

/** More attempts at a fixed pace until the deadline, each with a time-out of its own. */
export class FixedTimeoutRetryStrategy extends Strategy {
  readonly retryDelayIntervalMillis: number;
  readonly responseDataReceivedTimeoutMillis: number;

  constructor(props: FixedTimeoutRetryStrategyProps) {
    super(props);
    this.retryDelayIntervalMillis = props.retryDelayIntervalMillis ?? 100;
    this.responseDataReceivedTimeoutMillis = props.responseDataReceivedTimeoutMillis ?? 1_000;
  }

  override determineWhenToRetryRequest(props: DeterminewhenToRetryRequestProps): number | null {
    const { attemptNumber, grpcStatus, overallDeadline } = props;
    const timedOut =
      attemptNumber > 0 && grpcStatus.code === DEADLINE_EXCEEDED && overallDeadline.getTime() > Date.now();
    return timedOut ? this.delay() : super.determineWhenToRetryRequest(props);
  }

  /** A tenth more or less, so that clients that failed together do not come back together. */
  protected delay(): number {
    return this.retryDelayIntervalMillis * (0.9 + 0.2 * Math.random());
  }
}

export interface ExponentialBackoffRetryStrategyProps extends StrategyProps {
  /** The first pause; 0.5 where left out. */
  initialDelayMillis?: number;
  /** The longest pause before jitter; 8 where left out. */
  maxBackoffMillis?: number;
}

/** More attempts at a pace that slows down, until the deadline. */
export class ExponentialBackoffRetryStrategy extends Strategy {
  readonly initialDelayMillis: number;
  readonly growthFactor = 2;
  readonly maxBackoffMillis: number;

  constructor(props: ExponentialBackoffRetryStrategyProps) {
    super(props);
    this.initialDelayMillis = props.initialDelayMillis ?? 0.5;
    this.maxBackoffMillis = props.maxBackoffMillis ?? 8;
  }

  protected delay({ attemptNumber }: DeterminewhenToRetryRequestProps): number {
    const grown = (steps: number) =>
      Math.min(this.initialDelayMillis * this.growthFactor ** Math.max(steps, 0), this.maxBackoffMillis);
    const base = grown(attemptNumber);
    const most = Math.max(3 * grown(attemptNumber - 1), base);
    return base + (most - base) * Math.random();
  }
}

/** One attempt. */
export class NoRetryStrategy implements RetryStrategy {
  constructor(_props?: { loggerFactory?: MomentoLoggerFactory }) {}

  determineWhenToRetryRequest(_props: DeterminewhenToRetryRequestProps): number | null {
    return null;
  }
}
