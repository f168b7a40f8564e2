// What every response class is made of. Those of a group's operations stand in the group's own file; the classes
// themselves are generated.

import type { MomentoErrorCode, SdkError } from '../errors';

/** Texts in `toString` end here: a log line is no place for a whole item. */
const SHOWN = 32;
/** And lists here. */
const SHOWN_ELEMENTS = 5;

export function shortened(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}...`;
}

/** The first elements, each shortened. */
export function shortenedList(length: number, text: (index: number) => string, separator = ','): string {
  const shown = Array.from({ length: Math.min(length, SHOWN_ELEMENTS) }, (_, index) => text(index));
  if (length > SHOWN_ELEMENTS) shown.push('...');
  return shown.join(separator);
}

export function decoded(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** The base of all answers. */
export abstract class ResponseBase {
  toString(): string {
    return this.constructor.name;
  }
}

export abstract class BaseResponseSuccess extends ResponseBase {
  readonly is_success: boolean = true;
}

export abstract class BaseResponseMiss extends ResponseBase {
  readonly is_miss: boolean = true;
}

/** An answer that says why there is none. */
export abstract class BaseResponseError extends ResponseBase {
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

/** A value: an item's, a field's, a list's element. */
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
    return decoded(this.#body);
  }

  /** The value as it is. */
  valueUint8Array(): Uint8Array {
    return this.#body;
  }

  override toString(): string {
    return `${super.toString()}: ${shortened(this.valueString())}`;
  }
}

/** A whole number, which may be beyond 2^53. */
export abstract class IntegerBase extends BaseResponseSuccess {
  readonly #value: number | bigint;

  constructor(value: number | bigint) {
    super();
    this.#value = value;
  }

  /** The number; beyond 2^53 the nearest one that JavaScript's numbers have. */
  value(): number {
    return this.valueNumber();
  }

  /** The number; beyond 2^53 the nearest one that JavaScript's numbers have. */
  valueNumber(): number {
    return Number(this.#value);
  }

  /** The number as it is. */
  valueBigInt(): bigint {
    return BigInt(this.#value);
  }

  override toString(): string {
    return `${super.toString()}: value: ${this.#value}`;
  }
}

/** How many elements a collection has. */
export abstract class LengthBase extends ResponseBase {
  readonly #length: number;

  constructor(length: number) {
    super();
    this.#length = length;
  }

  length(): number {
    return this.#length;
  }

  value(): number {
    return this.#length;
  }

  override toString(): string {
    return `${super.toString()}: length ${this.#length}`;
  }
}
