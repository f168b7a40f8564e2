// What response classes are made of: one base per shape of reply. The classes themselves are generated.

import type { MomentoErrorCode, SdkError } from './errors';

/** Texts in `toString` end here: a log line is no place for a whole item. */
const SHOWN = 32;

export function shortened(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}...`;
}

/** The base of all answers. */
export abstract class ResponseBase {
  toString(): string {
    return this.constructor.name;
  }
}

export abstract class SuccessBase extends ResponseBase {
  readonly is_success: boolean = true;
}

export abstract class MissBase extends ResponseBase {
  readonly is_miss: boolean = true;

  value(): undefined {
    return undefined;
  }
}

/** An answer that says why there is none. */
export abstract class ErrorBase extends ResponseBase {
  protected readonly _innerException: SdkError;

  constructor(innerException: SdkError) {
    super();
    this._innerException = innerException;
  }

  /** The official sentence for this kind of error, and what happened. */
  message(): string {
    return this._innerException.wrappedErrorMessage();
  }

  /** The error itself, for those who would rather throw it. */
  innerException(): SdkError {
    return this._innerException;
  }

  errorCode(): MomentoErrorCode {
    return this._innerException.errorCode();
  }

  override toString(): string {
    return this.message();
  }
}

/** An item's value. */
export abstract class ValueBase extends ResponseBase {
  readonly #body: Uint8Array;

  constructor(body: Uint8Array) {
    super();
    this.#body = body;
  }

  /** The value as text; bytes that are no UTF-8 become U+FFFD. */
  value(): string {
    return this.valueString();
  }

  /** The value as text; bytes that are no UTF-8 become U+FFFD. */
  valueString(): string {
    const body = this.#body;
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  }

  /** The value as it is. */
  valueUint8Array(): Uint8Array {
    return this.#body;
  }

  override toString(): string {
    return `${super.toString()}: ${shortened(this.valueString())}`;
  }
}

export interface CacheLimits {
  /** Requests a second. */
  maxTrafficRate: number;
  /** KiB a second. */
  maxThroughputKbps: number;
  /** KiB of one item. */
  maxItemSizeKb: number;
  /** Seconds that an item can live. */
  maxTtlSeconds: number;
}

export interface TopicLimits {
  /** Messages a second. */
  maxPublishRate: number;
  /** Subscriptions at a time. */
  maxSubscriptionCount: number;
  /** KiB of one message. */
  maxPublishMessageSizeKb: number;
}

/** A cache and its limits. */
export class CacheInfo {
  private readonly name: string;
  private readonly topicLimits: TopicLimits;
  private readonly cacheLimits: CacheLimits;

  constructor(name: string, topicLimits: TopicLimits, cacheLimits: CacheLimits) {
    this.name = name;
    this.topicLimits = topicLimits;
    this.cacheLimits = cacheLimits;
  }

  getName(): string {
    return this.name;
  }

  getTopicLimits(): TopicLimits {
    return this.topicLimits;
  }

  getCacheLimits(): CacheLimits {
    return this.cacheLimits;
  }
}

/** The account's caches. */
export abstract class CachesBase extends SuccessBase {
  private readonly caches: CacheInfo[];

  constructor(caches: CacheInfo[]) {
    super();
    this.caches = caches;
  }

  getCaches(): CacheInfo[] {
    return this.caches;
  }

  override toString(): string {
    return `${super.toString()}: ${this.caches.map(cache => cache.getName()).join(', ')}`;
  }
}
