// The client as users know it from the official SDK. Its operations are generated.

import { Calls, queue } from './calls';
import type { Configuration } from './config/configuration';
import { nativeConfiguration, type OwnCode } from './config/native';
import { Lambda, Laptop } from './config/presets';
import type { CredentialProvider } from './credentials';
import { InvalidArgumentError, sdkError, type SdkError } from './errors';
import { failed, type NativeClient, type NativeConfiguration } from './native';
import type { Counters } from './counters';
import type { ICacheClient, IMomentoCache } from './api.generated';
import { Operations } from './operations.generated';
import type { Reply } from './replies';
import type { Hooks } from './middleware/hooks';
import type { Middleware } from './middleware/middleware';

export interface CacheClientProps {
  /** How the client behaves; `Configurations.Laptop.latest()` where left out. */
  configuration?: Configuration;
  /** Token and addresses; from `MOMENTO_API_KEY` and `MOMENTO_ENDPOINT` where left out. */
  credentialProvider?: CredentialProvider;
  /** How long an item lives where a call does not say, in seconds. */
  defaultTtlSeconds: number;
}

export interface EagerCacheClientProps extends CacheClientProps {
  /** How long to wait for the connection, in seconds; 30 where left out, 0 does not wait. */
  eagerConnectTimeout?: number;
}

/** @internal */
export const RUNTIME_VERSION = `nodejs:${process.versions.node}`;

const EAGER_CONNECT_TIMEOUT = 30;

/** An eager connect has no response class: it fulfils or rejects. */
const connectReply = {
  answer: (variant: number, _reader: number, payload: unknown) =>
    variant === 0 ? sdkError(payload as never) : undefined,
  failure: (error: SdkError) => error,
} as Reply<SdkError | undefined>;

/** A cache client. One per process is enough; `getMomentoClient` keeps one. */
export class CacheClient extends Operations implements ICacheClient {
  readonly #native: NativeClient;
  #configuration?: Configuration;
  readonly #middlewares: Middleware[];
  readonly #closed?: () => void;

  /** Makes a client without touching the network: the first operation connects. */
  constructor(props: CacheClientProps);
  /** @internal */
  constructor(props: SharedClient);
  constructor(props: CacheClientProps | SharedClient) {
    const shared = props instanceof SharedClient ? props : undefined;
    const configuration = shared ? shared.configuration : (props?.configuration ?? Laptop.latest());
    const [settings, ownCode] = shared
      ? [undefined, shared.ownCode]
      : nativeConfiguration(configuration as Configuration);
    const native = shared?.native ?? ownClient(props as CacheClientProps, settings as NativeConfiguration);
    super(new Calls(native, configuration?.getThrowOnErrors() ?? false, hooks(native, ownCode)));
    this.#native = native;
    this.#configuration = configuration;
    this.#middlewares = ownCode.middlewares;
    this.#closed = shared?.closed;
    for (const middleware of this.#middlewares) middleware.init?.();
  }

  /** Makes a client and waits until it is connected; rejects with a ConnectionError if it can't be. */
  static async create(props: EagerCacheClientProps): Promise<CacheClient> {
    const seconds = props?.eagerConnectTimeout ?? EAGER_CONNECT_TIMEOUT;
    if (typeof seconds !== 'number' || !(seconds >= 0)) {
      throw new InvalidArgumentError('eager connect timeout must be greater than or equal to zero seconds');
    }
    const client = new CacheClient(props);
    if (seconds > 0) {
      const calls = new Calls(client.#native, false);
      const start = (native: NativeClient, ticket: number) => native.start(ticket, seconds);
      const error = await calls.start(connectReply, undefined, undefined, start);
      if (error !== undefined) {
        client.close();
        throw error;
      }
    }
    return client;
  }

  /** How the client behaves. */
  get configuration(): Configuration {
    return (this.#configuration ??= Lambda.latest());
  }

  /** The same operations for one cache, without its name. */
  cache(cacheName: string): IMomentoCache {
    const { MomentoCache } = require('./momento-cache.generated') as typeof import('./momento-cache.generated');
    return new MomentoCache(this, cacheName);
  }

  /**
   * What this client has done so far: look-ups, connections, what had to be repeated, and more. Clients for the same
   * arguments of `getMomentoClient` count together.
   */
  counters(): Counters {
    const { counters } = require('./counters') as typeof import('./counters');
    return counters(this.#native.counters());
  }

  /**
   * Lets go of connection and token. Calls that are at the service get their replies. One that is not sent yet may be
   * answered with FAILED_PRECONDITION_ERROR; later ones are.
   */
  close(): void {
    this.#native.close();
    this.#closed?.();
    for (const middleware of this.#middlewares) middleware.close?.();
  }
}

/** The name of CacheClient in older versions of the official SDK. */
export const SimpleCacheClient = CacheClient;
export type SimpleCacheClient = CacheClient;

/** @internal A client of the registry, on its way into a CacheClient. Without a configuration it has the Lambda one. */
export class SharedClient {
  constructor(
    readonly native: NativeClient,
    readonly configuration: Configuration | undefined,
    readonly ownCode: OwnCode,
    readonly closed: () => void,
  ) {}
}

/** Code of the user's that the core has to ask; without any, the core is not told to. */
function hooks(native: NativeClient, ownCode: OwnCode): Hooks | undefined {
  const { middlewares, retryStrategy } = ownCode;
  if (middlewares.length === 0 && retryStrategy === undefined) return undefined;
  native.ask(middlewares.length > 0, retryStrategy !== undefined);
  const { Hooks } = require('./middleware/hooks') as typeof import('./middleware/hooks');
  return new Hooks(ownCode, queue);
}

function ownClient(props: CacheClientProps, configuration: NativeConfiguration): NativeClient {
  const defaultTtlSeconds = ttl(props?.defaultTtlSeconds);
  const provider = props.credentialProvider ?? fromEnvironment();
  const client = queue.client({
    credential: {
      token: provider.getAuthToken(),
      endpoints: {
        cache: { address: provider.getCacheEndpoint(), secure: provider.isCacheEndpointSecure() },
        control: { address: provider.getControlEndpoint(), secure: provider.isControlEndpointSecure() },
        token: { address: provider.getTokenEndpoint(), secure: provider.isTokenEndpointSecure() },
      },
    },
    configuration,
    defaultTtlSeconds,
    runtimeVersion: RUNTIME_VERSION,
  });
  if (failed(client)) throw sdkError(client);
  return client;
}

function fromEnvironment(): CredentialProvider {
  const { defaultCredentialProvider } = require('./credentials') as typeof import('./credentials');
  return defaultCredentialProvider();
}

/** @internal The addon takes numbers only, and says what is wrong with one. */
export function ttl(seconds: unknown): number {
  if (typeof seconds === 'number') return seconds;
  throw new InvalidArgumentError(`ttl must be a positive integer, received ${String(seconds)}`);
}
