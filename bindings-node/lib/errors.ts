// The official SDK's errors: a class, a code and a fixed sentence, the wrapper, per kind.
//
// Users branch on the code or the class and read the wrapper, so these are the official ones to the letter (two spaces
// after some full stops). What happened is said by `message`; it comes from the core and never holds a token.

import { Metadata, STATUS_NAMES } from './metadata';
import type { NativeError } from './native';

export enum MomentoErrorCode {
  /** An argument, a source or a credential is malformed. */
  INVALID_ARGUMENT_ERROR = 'INVALID_ARGUMENT_ERROR',
  /** The service answered with something unknown to this client. */
  UNKNOWN_SERVICE_ERROR = 'UNKNOWN_SERVICE_ERROR',
  CACHE_ALREADY_EXISTS_ERROR = 'ALREADY_EXISTS_ERROR',
  /** What was to be created exists. */
  ALREADY_EXISTS_ERROR = 'ALREADY_EXISTS_ERROR',
  STORE_ALREADY_EXISTS_ERROR = 'ALREADY_EXISTS_ERROR',
  CACHE_NOT_FOUND_ERROR = 'NOT_FOUND_ERROR',
  /** The cache does not exist. */
  NOT_FOUND_ERROR = 'NOT_FOUND_ERROR',
  STORE_NOT_FOUND_ERROR = 'STORE_NOT_FOUND_ERROR',
  STORE_ITEM_NOT_FOUND_ERROR = 'STORE_ITEM_NOT_FOUND_ERROR',
  FUNCTION_NOT_FOUND_ERROR = 'FUNCTION_NOT_FOUND_ERROR',
  /** The service failed. */
  INTERNAL_SERVER_ERROR = 'INTERNAL_SERVER_ERROR',
  /** The credentials do not allow this. */
  PERMISSION_ERROR = 'PERMISSION_ERROR',
  /** The credentials are not accepted, or none could be had. */
  AUTHENTICATION_ERROR = 'AUTHENTICATION_ERROR',
  /** The call was given up. */
  CANCELLED_ERROR = 'CANCELLED_ERROR',
  /** An eager connect failed. */
  CONNECTION_ERROR = 'CONNECTION_ERROR',
  /** A limit of the account or of the service was met. */
  LIMIT_EXCEEDED_ERROR = 'LIMIT_EXCEEDED_ERROR',
  /** The request made no sense to the service. */
  BAD_REQUEST_ERROR = 'BAD_REQUEST_ERROR',
  /** No answer within the deadline. */
  TIMEOUT_ERROR = 'TIMEOUT_ERROR',
  /** The service can't be reached or can't answer now; trying again may help. */
  SERVER_UNAVAILABLE = 'SERVER_UNAVAILABLE',
  /** A limit of this client was met. */
  CLIENT_RESOURCE_EXHAUSTED = 'CLIENT_RESOURCE_EXHAUSTED',
  /** The state of the item does not allow the operation. */
  FAILED_PRECONDITION_ERROR = 'FAILED_PRECONDITION_ERROR',
  /** Anything else. */
  UNKNOWN_ERROR = 'UNKNOWN_ERROR',
}

/** What the service said. */
export class MomentoGrpcErrorDetails {
  /** The gRPC status, 0 to 16. */
  readonly code: number;
  readonly details: string;
  /** Metadata of the answer, with grpc-js's methods. */
  readonly metadata?: object;

  constructor(code: number, details: string, metadata?: object) {
    this.code = code;
    this.details = details;
    this.metadata = metadata;
  }
}

/** Where a failure came over the wire, what came. */
export class MomentoErrorTransportDetails {
  readonly grpc: MomentoGrpcErrorDetails;

  constructor(grpc: MomentoGrpcErrorDetails) {
    this.grpc = grpc;
  }
}

/** The base of all errors of this package. */
export abstract class SdkError extends Error {
  protected abstract readonly _errorCode: MomentoErrorCode;
  protected readonly _messageWrapper: string = '';
  protected readonly _transportDetails: MomentoErrorTransportDetails;

  /**
   * @param message What happened.
   * @param code The gRPC status; 0 where the failure arose on this side.
   * @param metadata Metadata of the answer.
   * @param stack A stack to show instead of the present one.
   */
  constructor(message: string, code = 0, metadata?: object, stack?: string) {
    super(message);
    this._transportDetails = new MomentoErrorTransportDetails(new MomentoGrpcErrorDetails(code, message, metadata));
    if (stack !== undefined) this.stack = stack;
  }

  /** The official sentence for this kind of error, and what happened. */
  wrappedErrorMessage(): string {
    return this._messageWrapper === '' ? this.message : `${this._messageWrapper}: ${this.message}`;
  }

  errorCode(): MomentoErrorCode {
    return this._errorCode;
  }

  transportDetails(): MomentoErrorTransportDetails {
    return this._transportDetails;
  }
}

export class InvalidArgumentError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.INVALID_ARGUMENT_ERROR;
  override readonly _messageWrapper: string = 'Invalid argument passed to Momento client';
}

export class UnknownServiceError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.UNKNOWN_SERVICE_ERROR;
  override readonly _messageWrapper: string =
    'Service returned an unknown response; please contact us at support@momentohq.com';
}

export class CacheAlreadyExistsError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.ALREADY_EXISTS_ERROR;
  override readonly _messageWrapper: string =
    'A cache with the specified name already exists.  To resolve this error, either delete the existing cache and ' +
    'make a new one, or use a different name';
}

export class CacheNotFoundError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.NOT_FOUND_ERROR;
  override readonly _messageWrapper: string =
    'A cache with the specified name does not exist.  To resolve this error, make sure you have created the cache ' +
    'before attempting to use it';
}

/** What the service says of a store that exists; no operation of a cache leads there. */
export class StoreAlreadyExistsError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.STORE_ALREADY_EXISTS_ERROR;
  override readonly _messageWrapper: string =
    'A store with the specified name already exists.  To resolve this error, either delete the existing store and ' +
    'make a new one, or use a different name';
}

/** What the service says of a store that does not exist. */
export class StoreNotFoundError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.STORE_NOT_FOUND_ERROR;
  override readonly _messageWrapper: string =
    'A store with the specified name does not exist.  To resolve this error, make sure you have created the store ' +
    'before attempting to use it';
}

/** What the service says of an item that a store does not have. */
export class StoreItemNotFoundError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.STORE_ITEM_NOT_FOUND_ERROR;
  override readonly _messageWrapper: string = 'An item with the specified key does not exist';
}

export class InternalServerError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.INTERNAL_SERVER_ERROR;
  override readonly _messageWrapper: string =
    'An unexpected error occurred while trying to fulfill the request; please contact us at support@momentohq.com';
}

export class PermissionError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.PERMISSION_ERROR;
  override readonly _messageWrapper: string = 'Insufficient permissions to perform an operation on a cache';
}

export class AuthenticationError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.AUTHENTICATION_ERROR;
  override readonly _messageWrapper: string = 'Invalid authentication credentials to connect to cache service';
}

export class CancelledError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.CANCELLED_ERROR;
  override readonly _messageWrapper: string =
    'The request was cancelled; please contact us if this was unexpected at support@momentohq.com';
}

/** An eager connect failed. The official SDK has no wrapper for it and writes `undefined`; this one writes nothing. */
export class ConnectionError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.CONNECTION_ERROR;
}

export class BadRequestError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.BAD_REQUEST_ERROR;
  override readonly _messageWrapper: string = 'The request was invalid; please contact us at support@momentohq.com';
}

export class TimeoutError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.TIMEOUT_ERROR;
  override readonly _messageWrapper: string =
    "The client's configured timeout was exceeded; you may need to use a Configuration with more lenient timeouts";
}

export class ServerUnavailableError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.SERVER_UNAVAILABLE;
  override readonly _messageWrapper: string =
    'The server was unable to handle the request; consider retrying.  If the error persists, please contact us at ' +
    'support@momentohq.com';
}

export class ClientResourceExhaustedError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.CLIENT_RESOURCE_EXHAUSTED;
}

export class FailedPreconditionError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.FAILED_PRECONDITION_ERROR;
  override readonly _messageWrapper: string = "System is not in a state required for the operation's execution";
}

export class UnknownError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.UNKNOWN_ERROR;
  override readonly _messageWrapper: string = 'Unknown error has occurred';
}

/** A function of the account that does not exist; no operation of a cache leads there. */
export class FunctionNotFoundError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.FUNCTION_NOT_FOUND_ERROR;
  override readonly _messageWrapper: string =
    'A function with the specified name does not exist.  To resolve this error, make sure you have created the ' +
    'function before attempting to use it';
}

const LIMITS: Record<string, string> = {
  topic_subscriptions: 'Topic subscriptions limit exceeded for this account',
  operations_rate: 'Request rate limit exceeded for this account',
  throughput: 'Bandwidth limit exceeded for this account',
  request_size: 'Request size limit exceeded for this account',
  item_size: 'Item size limit exceeded for this account',
  element_size: 'Element size limit exceeded for this account',
};

/** Which limit it was is said by the service's own field first; the official Node SDK goes by the words only. */
export class LimitExceededError extends SdkError {
  override readonly _errorCode = MomentoErrorCode.LIMIT_EXCEEDED_ERROR;
  override readonly _messageWrapper: string;

  constructor(message: string, code?: number, metadata?: object, stack?: string, errCause?: string) {
    super(message, code, metadata, stack);
    this._messageWrapper = LIMITS[limitOf(errCause, message)] ?? 'Limit exceeded for this account';
  }
}

const WORDS: [string, string][] = [
  ['subscribers', 'topic_subscriptions'],
  ['operations', 'operations_rate'],
  ['throughput', 'throughput'],
  ['request limit', 'request_size'],
  ['item size', 'item_size'],
  ['element size', 'element_size'],
];

function limitOf(cause: string | undefined, message: string): string {
  const said = cause?.replace(/(_rate)?_limit_exceeded$/, '').replace(/^operations$/, 'operations_rate');
  if (said !== undefined && said in LIMITS) return said;
  const lower = message.toLowerCase();
  return WORDS.find(([words]) => lower.includes(words))?.[1] ?? '';
}

type ErrorClass = new (message: string, code?: number, metadata?: object) => SdkError;

const CLASSES: Record<string, ErrorClass> = {
  INVALID_ARGUMENT_ERROR: InvalidArgumentError,
  UNKNOWN_SERVICE_ERROR: UnknownServiceError,
  ALREADY_EXISTS_ERROR: CacheAlreadyExistsError,
  NOT_FOUND_ERROR: CacheNotFoundError,
  INTERNAL_SERVER_ERROR: InternalServerError,
  PERMISSION_ERROR: PermissionError,
  AUTHENTICATION_ERROR: AuthenticationError,
  CANCELLED_ERROR: CancelledError,
  CONNECTION_ERROR: ConnectionError,
  BAD_REQUEST_ERROR: BadRequestError,
  TIMEOUT_ERROR: TimeoutError,
  SERVER_UNAVAILABLE: ServerUnavailableError,
  CLIENT_RESOURCE_EXHAUSTED: ClientResourceExhaustedError,
  FAILED_PRECONDITION_ERROR: FailedPreconditionError,
};

/** What the service says of stores, in the metadata entry `err` or in words. */
function storeError(code: string, cause: string | undefined, message: string): ErrorClass | undefined {
  const aboutStore = cause === undefined && message.includes('Store with name:');
  if (code === 'ALREADY_EXISTS_ERROR') {
    const exists = cause === 'store_already_exists' || (aboutStore && message.includes('already exists'));
    return exists ? StoreAlreadyExistsError : undefined;
  }
  if (code !== 'NOT_FOUND_ERROR') return undefined;
  if (cause === 'item_not_found') return StoreItemNotFoundError;
  const missing = cause === 'store_not_found' || (aboutStore && message.includes("doesn't exist"));
  return missing ? StoreNotFoundError : undefined;
}

/** What grpc-js has as a status too where a call ends on this side: no answer in time, and nobody there. */
const STATUS_OF: Record<string, number> = { TIMEOUT_ERROR: 4, SERVER_UNAVAILABLE: 14 };

/** @internal The official error for one from the core. */
export function sdkError({ code, details, limit, grpc }: NativeError): SdkError {
  const status = grpc?.code ?? STATUS_OF[code];
  const metadata = status === undefined ? undefined : Metadata.of(grpc?.metadata ?? []);
  // grpc-js puts the status before what the service says, and so users find it in messages.
  const message = status === undefined ? details : `${status} ${STATUS_NAMES[status] ?? 'UNKNOWN'}: ${details}`;
  if (code === 'LIMIT_EXCEEDED_ERROR') return new LimitExceededError(message, status, metadata, undefined, limit);
  const cause = metadata?.get('err')[0]?.toString();
  return new (storeError(code, cause, message) ?? CLASSES[code] ?? UnknownError)(message, status, metadata);
}
