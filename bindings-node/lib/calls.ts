// Calls under way: the promises, by the ticket that comes back with the answer.
//
// The addon wakes JavaScript once for many answers; `drain` takes them all and their promises are settled here. There
// is one queue per thread, because this module is loaded once per thread.

import { CancelledError, InvalidArgumentError, sdkError, type SdkError } from './errors';
import { addon, type NativeClient, type NativeError } from './native';
import type { Reply } from './replies';

/** Options of every call. */
export interface CallOptions {
  /** Gives the call up: the answer is an Error with CANCELLED_ERROR. */
  abortSignal?: AbortSignal;
}

interface Call {
  answer(kind: number, payload: unknown): void;
}

const pending = new Map<number, Call>();
const CANCELLED = 'Request cancelled by a user-provided AbortSignal';
let lastTicket = 0;

/** @internal */
export const queue = new addon.NativeQueue(() => {
  const batch = queue.drain();
  for (let index = 0; index < batch.length; index += 3) {
    const ticket = batch[index] as number;
    const call = pending.get(ticket);
    pending.delete(ticket);
    call?.answer(batch[index + 1] as number, batch[index + 2]);
  }
});

/** @internal A number that no call under way has. */
function nextTicket(): number {
  do lastTicket = (lastTicket + 1) >>> 0;
  while (pending.has(lastTicket));
  return lastTicket;
}

/** @internal The calls of one client. */
export class Calls {
  readonly #native: NativeClient;
  readonly #throwOnErrors: boolean;

  constructor(native: NativeClient, throwOnErrors: boolean) {
    this.#native = native;
    this.#throwOnErrors = throwOnErrors;
  }

  /** Starts a call. `known` are the options of this operation besides those of every call, for its error text. */
  start<Response>(
    reply: Reply<Response>,
    options: CallOptions | null | undefined,
    submit: (native: NativeClient, ticket: number) => NativeError | null,
    known?: string,
  ): Promise<Response> {
    if (known !== undefined && options != null && typeof options !== 'object') {
      return this.#failed(reply, new InvalidArgumentError(`Options must be an object with a ${known} property.`));
    }
    const signal = options?.abortSignal;
    if (signal?.aborted) return this.#failed(reply, new CancelledError(CANCELLED));
    const ticket = nextTicket();
    const refused = submit(this.#native, ticket);
    if (refused) return this.#failed(reply, sdkError(refused));
    return new Promise((resolve, reject) => {
      const settle = this.#throwOnErrors ? throwing(resolve, reject) : resolve;
      if (signal == null) {
        pending.set(ticket, { answer: (kind, payload) => settle(reply.answer(kind, payload)) });
        return;
      }
      // The request may have been sent: its answer comes within its deadline, and finds nobody.
      const cancel = () => {
        pending.delete(ticket);
        settle(reply.failure(new CancelledError(CANCELLED)));
      };
      signal.addEventListener('abort', cancel, { once: true });
      pending.set(ticket, {
        answer: (kind, payload) => {
          signal.removeEventListener('abort', cancel);
          settle(reply.answer(kind, payload));
        },
      });
    });
  }

  #failed<Response>(reply: Reply<Response>, error: SdkError): Promise<Response> {
    return this.#throwOnErrors ? Promise.reject(error) : Promise.resolve(reply.failure(error));
  }
}

/** With `throwOnErrors` an Error answer rejects with what is in it. */
function throwing<Response>(resolve: (response: Response) => void, reject: (error: SdkError) => void) {
  return (response: Response) => {
    const inner = (response as { innerException?: () => SdkError }).innerException?.();
    if (inner === undefined) resolve(response);
    else reject(inner);
  };
}
