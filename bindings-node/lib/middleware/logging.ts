// Middlewares that log requests.

import { DefaultMomentoLoggerFactory, type MomentoLogger, type MomentoLoggerFactory } from '../config/logging';
import type {
  Middleware,
  MiddlewareMessage,
  MiddlewareMetadata,
  MiddlewareRequestHandler,
  MiddlewareStatus,
} from './middleware';

/** A handler that changes nothing. */
export class PassingHandler implements MiddlewareRequestHandler {
  async onRequestMetadata(metadata: MiddlewareMetadata): Promise<MiddlewareMetadata> {
    return metadata;
  }

  async onRequestBody(request: MiddlewareMessage): Promise<MiddlewareMessage> {
    return request;
  }

  async onResponseMetadata(metadata: MiddlewareMetadata): Promise<MiddlewareMetadata> {
    return metadata;
  }

  async onResponseBody(response: MiddlewareMessage | null): Promise<MiddlewareMessage | null> {
    return response;
  }

  async onResponseStatus(status: MiddlewareStatus): Promise<MiddlewareStatus> {
    return status;
  }
}

class LoggingHandler extends PassingHandler {
  readonly #logger: MomentoLogger;
  readonly #requestId: string;

  constructor(logger: MomentoLogger, requestId: string) {
    super();
    this.#logger = logger;
    this.#requestId = requestId;
  }

  #log(event: string, facts: object): void {
    this.#logger.info(JSON.stringify({ event, requestId: this.#requestId, ...facts }));
  }

  override async onRequestMetadata(metadata: MiddlewareMetadata): Promise<MiddlewareMetadata> {
    this.#log('onRequestMetadata', metadata.toJsonObject());
    return metadata;
  }

  override async onRequestBody(request: MiddlewareMessage): Promise<MiddlewareMessage> {
    this.#log('onRequestBody', { requestSize: request.messageLength(), ...request.toLogFormat() });
    return request;
  }

  override async onResponseMetadata(metadata: MiddlewareMetadata): Promise<MiddlewareMetadata> {
    this.#log('onResponseMetadata', metadata.toJsonObject());
    return metadata;
  }

  override async onResponseBody(response: MiddlewareMessage | null): Promise<MiddlewareMessage | null> {
    this.#log('onResponseBody', { responseSize: response?.messageLength() ?? 0 });
    return response;
  }

  override async onResponseStatus(status: MiddlewareStatus): Promise<MiddlewareStatus> {
    this.#log('onResponseStatus', { status: status.code() });
    return status;
  }
}

/** Logs every request: its kind, sizes, metadata and status, not what is in it. */
export class RequestLoggingMiddleware implements Middleware {
  readonly #logger: MomentoLogger;
  #requests = 0;

  constructor(loggerFactory: MomentoLoggerFactory = new DefaultMomentoLoggerFactory()) {
    this.#logger = loggerFactory.getLogger(this);
  }

  onNewRequest(): MiddlewareRequestHandler {
    this.#requests += 1;
    return new LoggingHandler(this.#logger, String(this.#requests));
  }
}

class ExampleHandler extends PassingHandler {
  readonly #logger: MomentoLogger;

  constructor(logger: MomentoLogger) {
    super();
    this.#logger = logger;
  }

  async #pass<Value>(name: string, value: Value): Promise<Value> {
    this.#logger.info(`ExampleAsyncMiddleware.${name} enter`);
    await new Promise(resolve => setTimeout(resolve, 500));
    this.#logger.info(`ExampleAsyncMiddleware.${name} exit`);
    return value;
  }

  override onRequestMetadata = (metadata: MiddlewareMetadata) => this.#pass('onRequestMetadata', metadata);
  override onRequestBody = (request: MiddlewareMessage) => this.#pass('onRequestBody', request);
  override onResponseMetadata = (metadata: MiddlewareMetadata) => this.#pass('onResponseMetadata', metadata);
  override onResponseBody = (response: MiddlewareMessage | null) => this.#pass('onResponseBody', response);
  override onResponseStatus = (status: MiddlewareStatus) => this.#pass('onResponseStatus', status);
}

/** An example of a middleware that takes its time: half a second at each step. */
export class ExampleAsyncMiddleware implements Middleware {
  readonly #logger: MomentoLogger;

  constructor(loggerFactory: MomentoLoggerFactory) {
    this.#logger = loggerFactory.getLogger(this);
  }

  onNewRequest(): MiddlewareRequestHandler {
    return new ExampleHandler(this.#logger);
  }
}
