// Sorted sets.

import { UnknownError, type SdkError } from '../errors';
import {
  BaseResponseError,
  BaseResponseMiss,
  BaseResponseSuccess,
  ResponseBase,
  decoded,
  shortened,
  shortenedList,
} from './base';
import { HIT, elements, type Elements } from './elements';
import type { CacheSortedSetGetScore } from './sorted-set.generated';

export { LengthBase } from './base';

interface Scored<Value> {
  value: Value;
  score: number;
}

/** Elements with their scores, in order. */
export abstract class SortedSetBase extends ResponseBase {
  readonly #values: Elements;
  readonly #scores: ArrayLike<number>;

  constructor(elements: readonly Scored<Uint8Array>[]);
  /** @internal */
  constructor(values: Elements, scores: Float64Array);
  constructor(values: readonly Scored<Uint8Array>[] | Elements, scores?: Float64Array) {
    super();
    const given = Array.isArray(values) ? (values as readonly Scored<Uint8Array>[]) : undefined;
    this.#values = given === undefined ? (values as Elements) : elements(given.map(({ value }) => value));
    this.#scores = scores ?? given?.map(({ score }) => score) ?? [];
  }

  #map<Value>(value: (index: number) => Value): Scored<Value>[] {
    const list = new Array<Scored<Value>>(this.#values.length);
    for (let index = 0; index < list.length; index += 1) {
      list[index] = { value: value(index), score: this.#scores[index] as number };
    }
    return list;
  }

  /** The elements as text. */
  value(): { value: string; score: number }[] {
    return this.valueArrayStringElements();
  }

  valueArray(): { value: string; score: number }[] {
    return this.valueArrayStringElements();
  }

  valueArrayStringElements(): { value: string; score: number }[] {
    return this.#map(index => this.#values.text(index));
  }

  valueArrayUint8Elements(): { value: Uint8Array; score: number }[] {
    return this.#map(index => this.#values.view(index));
  }

  override toString(): string {
    const text = (index: number) => `${shortened(this.#values.text(index))}: ${this.#scores[index]}`;
    return `${super.toString()}: valueArrayStringElements: ${shortenedList(this.#values.length, text)}`;
  }
}

/** An element and its score. */
export abstract class ElementScoreBase extends ResponseBase {
  readonly #score: number;
  readonly #value: Uint8Array;

  constructor(score: number, value: Uint8Array) {
    super();
    this.#score = score;
    this.#value = value;
  }

  score(): number {
    return this.#score;
  }

  valueString(): string {
    return decoded(this.#value);
  }

  valueUint8Array(): Uint8Array {
    return this.#value;
  }

  override toString(): string {
    return `${super.toString()}: value: ${shortened(this.valueString())}`;
  }
}

/** An element that has no score. */
export abstract class ElementMissBase extends BaseResponseMiss {
  readonly #value: Uint8Array;

  constructor(value: Uint8Array) {
    super();
    this.#value = value;
  }

  valueString(): string {
    return decoded(this.#value);
  }

  valueUint8Array(): Uint8Array {
    return this.#value;
  }

  override toString(): string {
    return `${super.toString()}: value: ${shortened(this.valueString())}`;
  }
}

/** An element and why there is no answer. */
export abstract class ElementErrorBase extends BaseResponseError {
  readonly #value: Uint8Array;

  constructor(innerException: SdkError, value: Uint8Array) {
    super(innerException);
    this.#value = value;
  }

  valueString(): string {
    return decoded(this.#value);
  }

  valueUint8Array(): Uint8Array {
    return this.#value;
  }
}

/** The elements asked for, and the scores of those that have one. */
export abstract class ScoresBase extends ResponseBase {
  readonly #values: Elements;
  /** NaN where there is none: no score is NaN. */
  readonly #scores: ArrayLike<number>;
  #responses?: CacheSortedSetGetScore.Response[];

  constructor(scores: readonly { result: number; score: number }[], values: readonly Uint8Array[]);
  /** @internal */
  constructor(scores: Float64Array, values: Elements);
  constructor(
    scores: readonly { result: number; score: number }[] | Float64Array,
    values: readonly Uint8Array[] | Elements,
  ) {
    super();
    this.#values = elements(values);
    this.#scores =
      scores instanceof Float64Array ? scores : scores.map(({ result, score }) => (result === HIT ? score : NaN));
  }

  /** An answer per element, in order. */
  responses(): CacheSortedSetGetScore.Response[] {
    const { CacheSortedSetGetScore: of } = require('./sorted-set.generated') as typeof import('./sorted-set.generated');
    this.#responses ??= Array.from(this.#scores, (score, index) => {
      const value = this.#values.view(index);
      if (this.#values.isFailed(index)) return new of.Error(new UnknownError('no answer for this element'), value);
      return Number.isNaN(score) ? new of.Miss(value) : new of.Hit(score, value);
    });
    return this.#responses;
  }

  #hits(): [string, number][] {
    return Array.from(this.#scores, (score, index): [string, number] => [this.#values.text(index), score]).filter(
      ([, score]) => !Number.isNaN(score),
    );
  }

  /** The scores that there are, by element. */
  value(): Record<string, number> {
    return this.valueRecordString();
  }

  valueMap(): Map<string, number> {
    return this.valueMapString();
  }

  valueMapString(): Map<string, number> {
    return new Map(this.#hits());
  }

  valueRecord(): Record<string, number> {
    return this.valueRecordString();
  }

  valueRecordString(): Record<string, number> {
    return Object.fromEntries(this.#hits());
  }

  override toString(): string {
    const hits = this.#hits();
    const shown = shortenedList(hits.length, index => {
      const [element, score] = hits[index] as [string, number];
      return `${shortened(element)}: ${score}`;
    });
    return `${super.toString()}: valueMapString: ${shown}`;
  }
}

/** A place in the order of scores. */
export abstract class RankBase extends ResponseBase {
  readonly #rank: number;

  constructor(rank: number) {
    super();
    this.#rank = rank;
  }

  rank(): number {
    return this.#rank;
  }

  override toString(): string {
    return `${super.toString()}: rank: ${this.#rank}`;
  }
}

/** A score. */
export abstract class ScoreBase extends BaseResponseSuccess {
  readonly #score: number;

  constructor(score: number) {
    super();
    this.#score = score;
  }

  score(): number {
    return this.#score;
  }

  override toString(): string {
    return `${super.toString()}: value: ${this.#score}`;
  }
}

/** How many elements a union has. */
export abstract class TotalBase extends BaseResponseSuccess {
  readonly #length: number;

  constructor(length: number) {
    super();
    this.#length = length;
  }

  length(): number {
    return this.#length;
  }

  override toString(): string {
    return `${super.toString()}: length ${this.#length}`;
  }
}
