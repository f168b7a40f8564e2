// The user's middlewares and retry strategy, run for the calls of a client.
//
// The core asks before and after each attempt and waits for the answer within the call's deadline, so a middleware that
// never answers ends in a TIMEOUT_ERROR. A middleware that throws, or answers with something else than it should, ends
// the call with what it threw or with an UNKNOWN_ERROR that names it.

import { grpcMessage, CONNECTION_ID_KEY, MiddlewareMessage, MiddlewareMetadata, MiddlewareStatus } from './middleware';
import type { Middleware, MiddlewareRequestHandler } from './middleware';
import type { OwnCode } from '../config/native';
import type { RetryStrategy } from '../config/retry';
import { SdkError, UnknownError } from '../errors';
import { Metadata } from '../metadata';
import type { NativeQuestion, NativeQueue } from '../native';

/** The hooks of a client. */
export class Hooks {
  readonly #own: OwnCode;
  readonly #queue: NativeQueue;

  constructor(own: OwnCode, queue: NativeQueue) {
    this.#own = own;
    this.#queue = queue;
  }

  /** Those of one call. */
  begin(): CallHooks {
    return new CallHooks(this.#own, this.#queue);
  }
}

type Step = keyof MiddlewareRequestHandler;

/** What `error` says; anything can be thrown. */
function said(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'something that has no text';
  }
}

export class CallHooks {
  readonly #queue: NativeQueue;
  readonly #retryStrategy?: RetryStrategy;
  readonly #early: Middleware[];
  readonly #late: Middleware[];
  #earlyHandlers: MiddlewareRequestHandler[] = [];
  #lateHandlers: MiddlewareRequestHandler[] = [];
  /** What the early ones made of the metadata, for all attempts. */
  #metadata?: Metadata;
  #sent = new Metadata();
  #answered?: NativeQuestion;
  #failure?: SdkError;

  constructor({ middlewares, retryStrategy }: OwnCode, queue: NativeQueue) {
    this.#queue = queue;
    this.#retryStrategy = retryStrategy;
    this.#early = middlewares.filter(middleware => !middleware.shouldLoadLate);
    this.#late = middlewares.filter(middleware => middleware.shouldLoadLate);
  }

  /** Carries a question out and answers it. */
  async ask(question: NativeQuestion): Promise<void> {
    const { number, kind } = question;
    try {
      if (kind === 'before') {
        const metadata = await this.#before(question);
        this.#queue.answerMetadata(number, metadata.entries());
      } else if (kind === 'after') {
        this.#answered = question;
        await this.#respond(this.#lateHandlers, question.code, question.details);
        this.#queue.answerDone(number);
      } else {
        this.#queue.answerRetry(number, await this.#retry(question));
      }
    } catch (error) {
      this.#failure ??= error instanceof SdkError ? error : new UnknownError(`a hook failed: ${said(error)}`);
      this.#queue.answerFailed(number, this.#failure.message);
    }
  }

  /** The call has ended. What comes back is why it failed. */
  async finish(error?: SdkError): Promise<SdkError | undefined> {
    if (this.#failure !== undefined) return this.#failure;
    try {
      await this.#respond(this.#earlyHandlers, error?.transportDetails().grpc.code ?? 0, error?.message ?? '');
      return error;
    } catch (failure) {
      return failure instanceof SdkError ? failure : new UnknownError(`a hook failed: ${said(failure)}`);
    }
  }

  async #before(question: NativeQuestion): Promise<Metadata> {
    const message = new MiddlewareMessage(
      grpcMessage(`_${question.messageName}`, question.message ?? new Uint8Array()),
    );
    if (this.#metadata === undefined) {
      this.#earlyHandlers = this.#handlers(this.#early);
      this.#metadata = await this.#request(this.#earlyHandlers, Metadata.of(question.metadata), message);
    }
    this.#lateHandlers = this.#handlers(this.#late);
    this.#sent = await this.#request(this.#lateHandlers, this.#metadata.clone(), message);
    return this.#sent;
  }

  #handlers(middlewares: Middleware[]): MiddlewareRequestHandler[] {
    return middlewares.map(middleware => {
      const handler = middleware.onNewRequest({ [CONNECTION_ID_KEY]: '0' });
      if (typeof handler === 'object' && handler !== null) return handler;
      throw new UnknownError(`onNewRequest of ${nameOf(middleware)} must return a request handler`);
    });
  }

  async #request(
    handlers: MiddlewareRequestHandler[],
    metadata: Metadata,
    message: MiddlewareMessage,
  ): Promise<Metadata> {
    let present = new MiddlewareMetadata(metadata);
    for (const handler of handlers) present = (await step(handler, 'onRequestMetadata', present)) as MiddlewareMetadata;
    for (const handler of handlers) await step(handler, 'onRequestBody', message);
    if (present?._grpcMetadata instanceof Metadata) return present._grpcMetadata;
    throw new UnknownError('onRequestMetadata of a middleware must return the MiddlewareMetadata');
  }

  /** In the opposite order. */
  async #respond(handlers: MiddlewareRequestHandler[], code: number, details: string): Promise<void> {
    const answered = this.#answered;
    const backwards = [...handlers].reverse();
    const metadata = new MiddlewareMetadata(Metadata.of(answered?.metadata ?? []));
    for (const handler of backwards) await step(handler, 'onResponseMetadata', metadata);
    const body =
      code === 0 && answered?.message !== undefined
        ? new MiddlewareMessage(grpcMessage(`_${answered.messageName}`, answered.message))
        : null;
    for (const handler of backwards) await step(handler, 'onResponseBody', body);
    const status = new MiddlewareStatus({ code, details, metadata: metadata._grpcMetadata });
    for (const handler of backwards) await step(handler, 'onResponseStatus', status);
  }

  async #retry({ path, attempt, code, details, remainingMillis }: NativeQuestion): Promise<number | undefined> {
    const metadata = Metadata.of(this.#answered?.metadata ?? []);
    const pause = (await this.#retryStrategy?.determineWhenToRetryRequest({
      grpcStatus: { code, details, metadata },
      grpcRequest: { path, requestStream: false, responseStream: path.endsWith('Batch') },
      attemptNumber: attempt - 1,
      requestMetadata: this.#sent,
      overallDeadline: new Date(Date.now() + remainingMillis),
    })) as unknown;
    if (pause === null || pause === undefined) return undefined;
    if (typeof pause === 'number' && pause >= 0) return pause;
    throw new UnknownError('determineWhenToRetryRequest must return a number of milliseconds, 0 or more, or null');
  }
}

const nameOf = (value: object) => value.constructor?.name ?? 'a middleware';

/** One function of a handler; a handler may lack it. */
async function step(handler: MiddlewareRequestHandler, name: Step, argument: unknown): Promise<unknown> {
  const does = handler[name] as ((argument: unknown) => unknown) | undefined;
  if (typeof does !== 'function') return argument;
  try {
    return await does.call(handler, argument);
  } catch (error) {
    if (error instanceof SdkError) throw error;
    throw new UnknownError(`${name} of ${nameOf(handler)} failed: ${said(error)}`);
  }
}
