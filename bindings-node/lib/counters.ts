// What a client has done so far, as users see it. The counters are the core's; docs/counters.md explains them.

/** What a client has done since it was made. Each count only grows. */
export interface Counters {
  /** Token look-ups begun. */
  readonly lookUps: number;
  /** Times that a newer token took the place of an older one. */
  readonly renewals: number;
  /** Connections made. */
  readonly connections: number;
  /** Requests that found a connection silent for so long that it had to prove itself. */
  readonly suspected: number;
  /** PINGs sent to find out whether anybody is there. */
  readonly pings: number;
  /** Connections given up because nothing came any more. */
  readonly condemned: number;
  /** Connections found broken: closed, reset or ended by a GOAWAY. */
  readonly broken: number;
  /** Connections that a new one followed because of their age. */
  readonly aged: number;
  /** Requests sent on a second connection while the first was silent; the first answer won. */
  readonly raced: number;
  /** Requests sent once more because the service had not looked at them or refused their token, or the connection broke. */
  readonly repeated: number;
  /** Attempts that a retry strategy added. */
  readonly retries: number;
  /** Attempts that failed at once because the service was known to be out of reach. */
  readonly rejected: number;
}

/** @internal From names and figures by turns. */
export function counters(named: (string | number)[]): Counters {
  const counted: Record<string, number> = {};
  for (let index = 0; index < named.length; index += 2) {
    const name = (named[index] as string).replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    counted[name] = named[index + 1] as number;
  }
  return counted as unknown as Counters;
}
