// Caches and signing keys.

import { BaseResponseSuccess } from './base';

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
export abstract class CachesBase extends BaseResponseSuccess {
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

/** A signing key as a list tells it: without the key. */
export class SigningKey {
  readonly #keyId: string;
  readonly #expiresAt: Date;
  readonly #endpoint: string;

  constructor(keyId: string, expiresAt: Date, endpoint: string) {
    this.#keyId = keyId;
    this.#expiresAt = expiresAt;
    this.#endpoint = endpoint;
  }

  /** Its identity, for `revokeSigningKey`. */
  getKeyId(): string {
    return this.#keyId;
  }

  getExpiresAt(): Date {
    return this.#expiresAt;
  }

  /** The endpoint to use it with. */
  getEndpoint(): string {
    return this.#endpoint;
  }
}

/** What the addon tells of a signing key. */
export interface KeyFacts {
  keyId: string;
  endpoint: string;
  /** A JSON Web Key: secret. Absent in a list. */
  key?: string;
  /** Seconds since 1970. */
  expiresAt: number;
}

/** A new signing key. The key itself is private, so that no log or inspection shows it. */
export abstract class SigningKeyBase extends BaseResponseSuccess {
  readonly #facts: KeyFacts;

  constructor(facts: KeyFacts) {
    super();
    this.#facts = facts;
  }

  /** Its identity, for `revokeSigningKey`. */
  getKeyId(): string {
    return this.#facts.keyId;
  }

  /** The key itself, a JSON Web Key: secret. */
  getKey(): string {
    return this.#facts.key ?? '';
  }

  getExpiresAt(): Date {
    return new Date(this.#facts.expiresAt * 1_000);
  }

  /** The endpoint to use it with. */
  getEndpoint(): string {
    return this.#facts.endpoint;
  }

  override toString(): string {
    return `${super.toString()}: ${this.#facts.keyId}`;
  }
}

/** The account's signing keys. */
export abstract class SigningKeysBase extends BaseResponseSuccess {
  readonly #keys: SigningKey[];

  constructor(keys: SigningKey[]) {
    super();
    this.#keys = keys;
  }

  getSigningKeys(): SigningKey[] {
    return this.#keys;
  }

  override toString(): string {
    return `${super.toString()}: ${this.#keys.map(key => key.getKeyId()).join(', ')}`;
  }
}
