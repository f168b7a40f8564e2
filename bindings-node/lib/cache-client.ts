// The client as users know it from the official SDK. Its operations are generated.

import { Calls, queue } from './calls';
import { CacheConfiguration, Configurations, type Configuration } from './configuration';
import { defaultCredentialProvider, type CredentialProvider } from './credentials';
import { InvalidArgumentError, sdkError, type SdkError } from './errors';
import { failed, type NativeClient } from './native';
import type { ICacheClient, IMomentoCache } from './api.generated';
import { MomentoCache, Operations } from './operations.generated';
import type { Reply } from './replies';

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

/** @internal An eager connect has no response class: it fulfils or rejects. */
const connectReply: Reply<SdkError | undefined> = {
  answer: (kind, payload) => (kind === 0 ? sdkError(payload as never) : undefined),
  failure: error => error,
};

/** A cache client. One per process is enough; `getMomentoClient` keeps one. */
export class CacheClient extends Operations implements ICacheClient {
  readonly #native: NativeClient;
  readonly #closed?: () => void;

  /** Makes a client without touching the network: the first operation connects. */
  constructor(props: CacheClientProps);
  /** @internal */
  constructor(props: SharedClient);
  constructor(props: CacheClientProps | SharedClient) {
    const shared = props instanceof SharedClient ? props : undefined;
    const configuration = props?.configuration ?? Configurations.Laptop.latest();
    const native = shared?.native ?? ownClient(props as CacheClientProps, configuration);
    super(new Calls(native, configuration.getThrowOnErrors()));
    this.#native = native;
    this.#closed = shared?.closed;
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
      const error = await calls.start(connectReply, undefined, (native, ticket) => native.start(ticket, seconds));
      if (error !== undefined) {
        client.close();
        throw error;
      }
    }
    return client;
  }

  /** The same operations for one cache, without its name. */
  cache(cacheName: string): IMomentoCache {
    return new MomentoCache(this, cacheName);
  }

  /** Lets go of connection and token: calls under way end with an Error, and so do later ones. */
  close(): void {
    this.#native.close();
    this.#closed?.();
  }
}

/** The name of CacheClient in older versions of the official SDK. */
export const SimpleCacheClient = CacheClient;
export type SimpleCacheClient = CacheClient;

/** @internal A client of the registry, on its way into a CacheClient. */
export class SharedClient {
  constructor(
    readonly native: NativeClient,
    readonly configuration: Configuration,
    readonly closed: () => void,
  ) {}
}

function ownClient(props: CacheClientProps, configuration: Configuration): NativeClient {
  const defaultTtlSeconds = ttl(props?.defaultTtlSeconds);
  const provider = props.credentialProvider ?? defaultCredentialProvider();
  const client = queue.client({
    credential: {
      token: provider.getAuthToken(),
      endpoints: {
        cache: { address: provider.getCacheEndpoint(), secure: provider.isCacheEndpointSecure() },
        control: { address: provider.getControlEndpoint(), secure: provider.isControlEndpointSecure() },
        token: { address: provider.getTokenEndpoint(), secure: provider.isTokenEndpointSecure() },
      },
    },
    configuration: CacheConfiguration.native(configuration),
    defaultTtlSeconds,
    runtimeVersion: RUNTIME_VERSION,
  });
  if (failed(client)) throw sdkError(client);
  return client;
}

/** @internal The addon takes numbers only, and says what is wrong with one. */
export function ttl(seconds: unknown): number {
  if (typeof seconds === 'number') return seconds;
  throw new InvalidArgumentError(`ttl must be a positive integer, received ${String(seconds)}`);
}
