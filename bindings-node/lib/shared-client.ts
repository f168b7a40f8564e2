// The client that warm invocations share. The core keeps one per source and settings; this module keeps the JavaScript
// object for it, so that callers see the same object each time.

import { CacheClient, RUNTIME_VERSION, SharedClient, ttl } from './cache-client';
import { queue } from './calls';
import { CacheConfiguration, Configurations, type Configuration } from './configuration';
import { InvalidArgumentError, sdkError } from './errors';
import { failed } from './native';

export interface MomentoClientProps {
  /**
   * Where the token is: `secretsmanager:NAME-or-ARN[#field]`, `ssm:NAME-or-ARN[:version-or-label][#field]`, one of these
   * two after `extension:` to ask AWS's Lambda extension first, `env:VARIABLE[#field]` or `file:PATH`. The environment's
   * variables say where left out.
   */
  tokenSource?: string;
  /** How long an item lives where a call does not say, in seconds; `MOMENTO_DEFAULT_TTL` or 60 where left out. */
  defaultTtlSeconds?: number;
  /** How the client behaves; `Configurations.Lambda.latest()` where left out. */
  configuration?: Configuration;
  /** The endpoint, if not the one that comes with the token. */
  endpoint?: string;
}

const open = new Map<string, CacheClient>();

/**
 * The client that the arguments and the environment ask for: the same object on every call, until it is closed.
 *
 * Returns at once. Token and connection are fetched in the background, and the first operation waits for them within
 * its budget.
 *
 * @throws InvalidArgumentError if an argument or variable is malformed or no source is configured; never for what
 * happens on the network.
 */
export function getMomentoClient(props: MomentoClientProps = {}): CacheClient {
  if (typeof props !== 'object' || props === null) {
    throw new InvalidArgumentError('getMomentoClient takes an object, such as { tokenSource: ... }');
  }
  const configuration = props.configuration ?? Configurations.Lambda.latest();
  const native = queue.shared({
    tokenSource: text('tokenSource', props.tokenSource),
    endpoint: text('endpoint', props.endpoint),
    configuration: CacheConfiguration.native(configuration),
    defaultTtlSeconds: props.defaultTtlSeconds === undefined ? undefined : ttl(props.defaultTtlSeconds),
    runtimeVersion: RUNTIME_VERSION,
  });
  if (failed(native)) throw sdkError(native);
  // The core does not know whether failures are to reject, so clients that differ in it are one client there.
  const key = `${native.number} ${configuration.getThrowOnErrors()}`;
  const present = open.get(key);
  if (present !== undefined) return present;
  const client = new CacheClient(new SharedClient(native, configuration, () => open.delete(key)));
  open.set(key, client);
  return client;
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new InvalidArgumentError(`${name} must be a string`);
}
