// What middlewares are and what they get, with the official SDK's names.
//
// The official SDK hands out grpc-js's and google-protobuf's own objects. Here they are made of what the core tells:
// metadata with grpc-js's methods, messages that know their name, length and bytes. A message can be looked at, not
// replaced.

import type { StatusObject } from '../config/retry';
import type { Metadata, MetadataValue } from '../metadata';

/** A message of Momento's protocol, as far as users of google-protobuf look at one. */
export class GrpcMessage {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  serializeBinary(): Uint8Array {
    return this.#bytes;
  }

  /** The fields are not decoded here. */
  toObject(): Record<string, unknown> {
    return {};
  }
}

const classes = new Map<string, typeof GrpcMessage>();

/** @internal A message whose class has its name, such as `_GetRequest`: that is how users tell requests apart. */
export function grpcMessage(name: string, bytes: Uint8Array): GrpcMessage {
  let named = classes.get(name);
  if (named === undefined) {
    named = { [name]: class extends GrpcMessage {} }[name] as typeof GrpcMessage;
    classes.set(name, named);
  }
  return new named(bytes);
}

export class MiddlewareMetadata {
  readonly _grpcMetadata: Metadata;

  constructor(metadata: Metadata) {
    this._grpcMetadata = metadata;
  }

  toJsonObject(): Record<string, MetadataValue[]> {
    return this._grpcMetadata.toJSON();
  }

  toJsonString(): string {
    return JSON.stringify(this._grpcMetadata.toJSON());
  }
}

export class MiddlewareStatus {
  readonly _grpcStatus: StatusObject;

  constructor(status: StatusObject) {
    this._grpcStatus = status;
  }

  code(): number {
    return this._grpcStatus.code;
  }
}

export interface RequestLog {
  requestType: string;
}

export class MiddlewareMessage {
  readonly _grpcMessage: GrpcMessage;

  constructor(message: GrpcMessage) {
    this._grpcMessage = message;
  }

  messageLength(): number {
    return this._grpcMessage?.serializeBinary().length ?? 0;
  }

  constructorName(): string {
    return this._grpcMessage.constructor.name;
  }

  /** `_GetRequest` as `get`. */
  toLogFormat(): RequestLog {
    const name = this.constructorName().replace(/^_|Request$/g, '');
    return { requestType: name.charAt(0).toLowerCase() + name.slice(1) };
  }
}

/** One request's. What a function returns goes on to the next middleware. */
export interface MiddlewareRequestHandler {
  /** Before the request: the metadata may be changed. */
  onRequestMetadata(metadata: MiddlewareMetadata): Promise<MiddlewareMetadata>;
  onRequestBody(request: MiddlewareMessage): Promise<MiddlewareMessage>;
  onResponseMetadata(metadata: MiddlewareMetadata): Promise<MiddlewareMetadata>;
  /** null where the request failed. */
  onResponseBody(response: MiddlewareMessage | null): Promise<MiddlewareMessage | null>;
  onResponseStatus(status: MiddlewareStatus): Promise<MiddlewareStatus>;
}

export interface MiddlewareRequestHandlerContext {
  [key: symbol]: string;
}

export interface Middleware {
  onNewRequest(context?: MiddlewareRequestHandlerContext): MiddlewareRequestHandler;
  /** When a client is made. */
  init?(): void;
  /** When it is closed. */
  close?(): void;
  /** Whether it is asked for every attempt; otherwise once, however many attempts a request takes. */
  shouldLoadLate?: boolean;
}

/** The key of the context's entry that tells connections apart. */
export const CONNECTION_ID_KEY = Symbol('connectionID');
