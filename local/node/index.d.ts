/** What a server is started with. */
export interface LocalMomentoOptions {
  /** Names of caches to create. */
  caches?: readonly string[];
  /** Where to listen; 0, the default, takes a free port. */
  port?: number;
  /** Refuse calls without {@link LocalMomento.apiKey}, instead of accepting any key and none. */
  requireKey?: boolean;
  /** How long each answer is held back; 0 by default. */
  latencyMillis?: number;
  /** The program to start, instead of the one that was installed with this package. */
  program?: string;
}

/** A running server. It does not keep this process alive, and ends with it, however that ends. */
export interface LocalMomento {
  /** 127.0.0.1 */
  readonly host: string;
  /** Where it listens. */
  readonly port: number;
  /** The same as a URL, http://127.0.0.1:PORT. */
  readonly endpoint: string;
  /** A key in the form of Momento's, which nobody signed; the server accepts it. */
  readonly apiKey: string;
  /** The variables with which `getMomentoClient()` of momento-lambda finds the server and the key. */
  readonly environment: Readonly<Record<string, string>>;
  /** The server's process. */
  readonly processId: number;
  /** Empties the server: caches made since the start go, and what the others hold. */
  reset(): Promise<void>;
  /** Ends the server; resolves when its process is gone. May be called twice. */
  stop(): Promise<void>;
}

/** A test's context, the module node:test, or anything else that runs a function when the tests are over. */
export interface Teardown {
  after(stop: () => Promise<void>): unknown;
}

/**
 * Starts a server on loopback; it accepts connections when the promise is fulfilled.
 *
 * Rejects with an Error that names the reason: the program is missing or for another machine, or an option is wrong.
 */
export function startLocalMomento(options?: LocalMomentoOptions): Promise<LocalMomento>;

/**
 * The same for tests: the server is stopped when the test is over.
 *
 * @param t a test's context, or `{ after }` of node:test for a whole file.
 */
export function localMomento(t: Teardown, options?: LocalMomentoOptions): Promise<LocalMomento>;
