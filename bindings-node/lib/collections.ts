// What arguments of collections and batches are made of, with the official SDK's names.

import { InvalidArgumentError } from './errors';

/** A key, a value, a field, an element: text, sent as UTF-8, or bytes. */
export type Bytes = string | Uint8Array;

/** Fields and their values. */
export type DictionaryElements =
  ReadonlyMap<Bytes, Bytes> | Readonly<Record<string, Bytes>> | readonly (readonly [Bytes, Bytes])[];

/** Elements and their scores. */
export type ScoredElements =
  ReadonlyMap<Bytes, number> | Readonly<Record<string, number>> | readonly (readonly [Bytes, number])[];

/** An item of a batch. */
export interface SetBatchItem {
  key: Bytes;
  value: Bytes;
  /** In seconds; the batch's where left out. */
  ttl?: number;
}

/** Items of a batch. */
export type BatchItems = ReadonlyMap<Bytes, Bytes> | Readonly<Record<string, Bytes>> | readonly SetBatchItem[];

/** A sorted set that goes into a union. */
export interface SortedSetSource {
  sortedSetName: string;
  /** What its scores are multiplied by. */
  weight: number;
}

export enum SortedSetOrder {
  /** The lowest score first. */
  Ascending = 'ASC',
  /** The highest score first. */
  Descending = 'DESC',
}

/** How the scores that an element has in several sorted sets become one. */
export enum SortedSetAggregate {
  SUM = 0,
  MIN = 1,
  MAX = 2,
}

/** What an item is. */
export enum ItemType {
  SCALAR = 0,
  DICTIONARY = 1,
  LIST = 2,
  SET = 3,
  SORTED_SET = 4,
}

/** How long a collection lives, and whether an update starts that time anew. */
export class CollectionTtl {
  private readonly _ttlSeconds: number | null;
  private readonly _refreshTtl: boolean;

  /**
   * @param ttlSeconds The time; the client's default where null.
   * @param refreshTtl Whether the update of a collection that exists starts its time anew.
   */
  constructor(ttlSeconds: number | null = null, refreshTtl = true) {
    if (ttlSeconds !== null && (typeof ttlSeconds !== 'number' || !(ttlSeconds >= 0) || ttlSeconds === Infinity)) {
      throw new InvalidArgumentError(`ttl must be a positive integer, received ${String(ttlSeconds)}`);
    }
    this._ttlSeconds = ttlSeconds;
    this._refreshTtl = refreshTtl;
  }

  ttlSeconds(): number | null {
    return this._ttlSeconds;
  }

  ttlMilliseconds(): number | null {
    return this._ttlSeconds === null ? null : this._ttlSeconds * 1_000;
  }

  refreshTtl(): boolean {
    return this._refreshTtl;
  }

  /** The client's default, anew with each update. */
  static fromCacheTtl(): CollectionTtl {
    return new CollectionTtl(null, true);
  }

  /** This time, anew with each update. */
  static of(ttlSeconds: number): CollectionTtl {
    return new CollectionTtl(ttlSeconds, true);
  }

  /** This time, anew with each update; without one the client's default, which updates leave alone. */
  static refreshTtlIfProvided(ttlSeconds: number | null = null): CollectionTtl {
    return new CollectionTtl(ttlSeconds, ttlSeconds !== null);
  }

  withRefreshTtlOnUpdates(): CollectionTtl {
    return new CollectionTtl(this._ttlSeconds, true);
  }

  withNoRefreshTtlOnUpdates(): CollectionTtl {
    return new CollectionTtl(this._ttlSeconds, false);
  }

  toString(): string {
    return `ttl: ${this._ttlSeconds ?? 'null'}, refreshTtl: ${this._refreshTtl}`;
  }
}
