// Calls under way: the promises, by the ticket that comes back with the answer.
//
// The addon wakes JavaScript once for many answers; `drain` takes them all and their promises are settled here. There
// is one queue per thread, because this module is loaded once per thread.

import { CancelledError, InvalidArgumentError, SdkError, sdkError } from './errors';
import type { CallHooks, Hooks } from './middleware/hooks';
import { addon, type NativeClient, type NativeError, type NativeQuestion } from './native';
import type { Reply } from './replies';

/** Options of every call. */
export interface CallOptions {
  /** Gives the call up: the answer is an Error with CANCELLED_ERROR. */
  abortSignal?: AbortSignal;
}

interface Call {
  answer(variant: number, reader: number, payload: unknown): void;
  hooks?: CallHooks;
}

/** What stands for a variant where it is a question and not an answer. */
const QUESTION = 100;
const STRIDE = 4;

const pending = new Map<number, Call>();
const CANCELLED = 'Request cancelled by a user-provided AbortSignal';
let lastTicket = 0;

/** @internal */
export const queue = new addon.NativeQueue(() => {
  const batch = queue.drain();
  for (let index = 0; index < batch.length; index += STRIDE) {
    const ticket = batch[index] as number;
    const variant = batch[index + 1] as number;
    const call = pending.get(ticket);
    if (variant === QUESTION) {
      void call?.hooks?.ask(batch[index + 3] as NativeQuestion);
    } else {
      pending.delete(ticket);
      call?.answer(variant, batch[index + 2] as number, batch[index + 3]);
    }
  }
});

/** @internal How many calls of this thread have no answer yet. */
export const unanswered = (): number => pending.size;

/** @internal A number that no call under way has. */
function nextTicket(): number {
  do lastTicket = (lastTicket + 1) >>> 0;
  while (pending.has(lastTicket));
  return lastTicket;
}

/** @internal What the core does besides operations: fulfilled when it is done. */
export function done(submit: (ticket: number) => NativeError | null): Promise<void> {
  const ticket = nextTicket();
  const refused = submit(ticket);
  if (refused) return Promise.reject(sdkError(refused));
  return new Promise(resolve => pending.set(ticket, { answer: () => resolve() }));
}

/** What was thrown while arguments were read: ours, or what a getter of the user's threw. */
function refusal(error: unknown): SdkError {
  try {
    if (error instanceof SdkError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new InvalidArgumentError(`the arguments can't be read: ${message}`);
  } catch {
    return new InvalidArgumentError("the arguments can't be read");
  }
}

/** @internal The calls of one client. */
export class Calls {
  readonly #native: NativeClient;
  readonly #throwOnErrors: boolean;
  readonly #hooks?: Hooks;

  constructor(native: NativeClient, throwOnErrors: boolean, hooks?: Hooks) {
    this.#native = native;
    this.#throwOnErrors = throwOnErrors;
    this.#hooks = hooks;
  }

  /**
   * Starts a call.
   *
   * @param told An option of this operation besides those of every call, for the text about options that are none.
   */
  start<Response>(
    reply: Reply<Response>,
    options: CallOptions | null | undefined,
    told: string | undefined,
    submit: (native: NativeClient, ticket: number) => NativeError | null,
  ): Promise<Response> {
    let ticket: number;
    let signal: AbortSignal | null | undefined;
    try {
      if (told !== undefined && options != null && typeof options !== 'object') {
        throw new InvalidArgumentError(`Options must be an object with a ${told} property.`);
      }
      signal = options?.abortSignal;
      if (signal != null && typeof signal.addEventListener !== 'function') {
        throw new InvalidArgumentError('abortSignal must be an AbortSignal');
      }
      if (signal?.aborted) throw new CancelledError(CANCELLED);
      ticket = nextTicket();
      const refused = submit(this.#native, ticket);
      if (refused) throw sdkError(refused);
    } catch (error) {
      const failure = refusal(error);
      return this.#throwOnErrors ? Promise.reject(failure) : Promise.resolve(reply.failure(failure));
    }
    return new Promise((resolve, reject) => {
      const settle = this.#throwOnErrors ? throwing(resolve, reject) : resolve;
      const hooks = this.#hooks?.begin();
      const finish = hooks === undefined ? settle : finishing(hooks, reply, settle);
      const call: Call = {
        hooks,
        answer: (variant, reader, payload) => finish(reply.answer(variant, reader, payload)),
      };
      pending.set(ticket, call);
      if (signal != null) this.#watch(signal, ticket, call, error => settle(reply.failure(error)));
    });
  }

  /** Gives the call up on both sides when the signal says so. It may be one of the user's making, and throw. */
  #watch(signal: AbortSignal, ticket: number, call: Call, failed: (error: SdkError) => void): void {
    const giveUp = (error: SdkError) => {
      if (!pending.delete(ticket)) return;
      this.#native.cancel(ticket);
      failed(error);
    };
    const cancel = () => giveUp(new CancelledError(CANCELLED));
    const { answer } = call;
    call.answer = (variant, reader, payload) => {
      try {
        signal.removeEventListener('abort', cancel);
      } catch {
        // A listener that stays finds no call.
      }
      answer(variant, reader, payload);
    };
    try {
      signal.addEventListener('abort', cancel, { once: true });
    } catch (error) {
      giveUp(refusal(error));
    }
  }
}

const innerOf = (response: unknown) => (response as { innerException?: () => SdkError }).innerException?.();

/** With `throwOnErrors` an Error answer rejects with what is in it. */
function throwing<Response>(resolve: (response: Response) => void, reject: (error: SdkError) => void) {
  return (response: Response) => {
    const inner = innerOf(response);
    if (inner === undefined) resolve(response);
    else reject(inner);
  };
}

/** With hooks an answer is told them first, and what they throw takes its place. */
function finishing<Response>(hooks: CallHooks, reply: Reply<Response>, settle: (response: Response) => void) {
  return (response: Response) => {
    const inner = innerOf(response);
    void hooks
      .finish(inner)
      .then(failure => settle(failure === undefined || failure === inner ? response : reply.failure(failure)));
  };
}
