// `withInvocation`: calls end before the function's time does, and before its sandbox is frozen.
//
// What binds and counts calls is the core. Here a handler's context is asked how much time there is, and the handler's
// end is seen: its promise, or the callback of the older form. AsyncLocalStorage would tell whose a call is, and cost each
// promise of the function more than that is worth.

import { done, queue, unanswered } from './calls';
import { InvalidArgumentError } from './errors';
import { addon, type NativeInvocation } from './native';

export interface InvocationOptions {
  /** What the handler needs to answer after its last call has ended, in milliseconds; 50 where left out. */
  marginMs?: number;
}

/** What a handler needs to answer, on a small function too; the core's own figure. */
const MARGIN_MS = 50;
/** What goes on calling for ever is not waited for for ever. */
const MOST_ROUNDS = 100;

type Plain = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Makes a handler bind its calls by its remaining time, and finish what it began.
 *
 * While the handler runs, a call of any client ends with TIMEOUT_ERROR at the latest `marginMs` before the function's
 * time is over, as the context's `getRemainingTimeInMillis` says; without such a context, as in a test, calls have their
 * own deadlines only. When the handler has ended, calls that nobody awaited are waited for, within the same time, before
 * its result or error goes on. What is not done by then is told in a warning.
 *
 * @param handler `(event, context)` with a promise, `(event, responseStream, context)` with one, or the older
 * `(event, context, callback)`.
 * @returns A handler of the same type.
 * @throws InvalidArgumentError if `handler` is no function or `marginMs` no time.
 */
export function withInvocation<Handler extends (...args: never[]) => unknown>(
  handler: Handler,
  options: InvocationOptions = {},
): Handler {
  if (typeof handler !== 'function') throw new InvalidArgumentError('withInvocation takes a handler, a function');
  const margin: unknown = options?.marginMs ?? MARGIN_MS;
  if (typeof margin !== 'number' || !(margin >= 0)) {
    throw new InvalidArgumentError(
      `marginMs must be a number of milliseconds, not less than 0; it is ${String(margin)}`,
    );
  }
  const plain = handler as unknown as Plain;
  const wrapped: Plain = function (...args) {
    const run = addon.beginInvocation(remaining(args), margin);
    const callback = plain.length > 2 ? args[2] : undefined;
    if (typeof callback === 'function') {
      args[2] = (...answer: unknown[]) => void settled(run).then(() => callback(...answer) as unknown);
    }
    let result: unknown;
    try {
      result = plain.apply(this, args);
    } catch (error) {
      return settled(run).then(() => {
        throw error;
      });
    }
    if (isPromise(result)) return answered(run, result);
    if (typeof callback !== 'function') void settled(run);
    return result;
  };
  // Lambda's runtimes look at both, and mark handlers that stream.
  Object.defineProperty(wrapped, 'name', { value: plain.name, configurable: true });
  Object.defineProperty(wrapped, 'length', { value: plain.length, configurable: true });
  return Object.assign(wrapped, plain) as unknown as Handler;
}

/** The milliseconds that are left, if one of the arguments is a context that knows. */
function remaining(args: unknown[]): number | undefined {
  for (const argument of [...args].reverse()) {
    const context = argument as { getRemainingTimeInMillis?: () => unknown } | null | undefined;
    if (typeof context?.getRemainingTimeInMillis === 'function') {
      const milliseconds = context.getRemainingTimeInMillis();
      // A mock of a context may answer anything.
      return typeof milliseconds === 'number' ? milliseconds : undefined;
    }
  }
  return undefined;
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';

async function answered(run: NativeInvocation, result: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await result;
  } finally {
    await settled(run);
  }
}

/** Waits for what is under way, and ends the invocation. */
async function settled(run: NativeInvocation): Promise<void> {
  try {
    // A call that has come and gone counts until JavaScript has its answer, one of another thread's while it goes on.
    const underWay = () => unanswered() > 0 || run.underWay() > 0;
    for (let round = 0; round < MOST_ROUNDS && underWay() && run.maySettle(); round += 1) {
      await done(ticket => queue.settle(ticket, run));
      // What waited for a call may begin another.
      await new Promise(resolve => setImmediate(resolve));
    }
    const unfinished = run.unfinished();
    if (unfinished > 0) {
      console.warn(
        `momento-lambda: ${unfinished} call(s) that the handler did not wait for were not finished before the ` +
          "invocation's time was up",
      );
    }
  } catch {
    // No worker to wait on: the calls have told that already.
  } finally {
    run.end();
  }
}
