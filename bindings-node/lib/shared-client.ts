// The client that warm invocations share. The core keeps one per source and settings; this module keeps the JavaScript
// object for it, so that callers see the same object each time.

import { CacheClient, RUNTIME_VERSION, SharedClient, ttl } from './cache-client';
import { queue } from './calls';
import type { Configuration } from './config/configuration';
import { nativeConfiguration, type OwnCode } from './config/native';
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

const NO_OWN_CODE: OwnCode = { middlewares: [] };
const open = new Map<string, CacheClient>();
const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** The same text for the same objects. */
function identity({ middlewares, retryStrategy }: OwnCode): string {
  const objects: (object | undefined)[] = [...middlewares, retryStrategy];
  return objects
    .map(object => {
      if (object === undefined) return '';
      const known = numbers.get(object) ?? (lastNumber += 1);
      numbers.set(object, known);
      return String(known);
    })
    .join();
}

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
  // The core's own settings are those of `Configurations.Lambda.latest()`: without others, none need be made or read.
  const configuration = props.configuration ?? undefined;
  const [settings, ownCode] =
    configuration === undefined ? [undefined, NO_OWN_CODE] : nativeConfiguration(configuration);
  const native = queue.shared({
    tokenSource: text('tokenSource', props.tokenSource),
    endpoint: text('endpoint', props.endpoint),
    configuration: settings,
    defaultTtlSeconds: props.defaultTtlSeconds === undefined ? undefined : ttl(props.defaultTtlSeconds),
    runtimeVersion: RUNTIME_VERSION,
  });
  if (failed(native)) throw sdkError(native);
  // The core knows neither whether failures are to reject nor the user's own code, so clients that differ in these are
  // one client there.
  const key = `${native.number} ${configuration?.getThrowOnErrors() ?? false} ${identity(ownCode)}`;
  const present = open.get(key);
  if (present !== undefined) return present;
  const client = new CacheClient(new SharedClient(native, configuration, ownCode, () => open.delete(key)));
  open.set(key, client);
  return client;
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new InvalidArgumentError(`${name} must be a string`);
}
