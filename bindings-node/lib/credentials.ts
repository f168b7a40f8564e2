// Credential providers: a token with its addresses. Keys are read by the core, through the addon.
//
// The official classes hold the token in plain fields, where console.log and JSON.stringify show it. Here it stands in
// a private field, which neither shows, and comes out through `getAuthToken` only.

import { InvalidArgumentError, sdkError } from './errors';
import { addon, failed, type NativeEndpoint, type NativeEndpoints } from './native';

/** One host for all services; each gets its usual name in front. */
export interface BaseEndpointOverride {
  baseEndpoint: string;
  endpointPrefix?: string;
  secureConnection?: boolean;
}

export interface Endpoint {
  endpoint: string;
  secureConnection?: boolean;
}

/** An address for each service. */
export interface AllEndpoints {
  controlEndpoint: Endpoint;
  cacheEndpoint: Endpoint;
  tokenEndpoint: Endpoint;
}

export type EndpointOverrides = BaseEndpointOverride | AllEndpoints;

interface CredentialProviderProps {
  endpointOverrides?: EndpointOverrides;
}

export interface StringMomentoApiKeyProviderProps extends CredentialProviderProps {
  apiKey: string;
}

export interface StringMomentoAuthTokenProviderProps extends CredentialProviderProps {
  authToken: string;
}

export type StringMomentoTokenProviderProps = StringMomentoApiKeyProviderProps | StringMomentoAuthTokenProviderProps;

export type ApiKeyV2TokenProviderProps = StringMomentoTokenProviderProps & { endpoint: string };

export interface EnvMomentoTokenProviderProps extends CredentialProviderProps {
  environmentVariableName: string;
}

export interface EnvMomentoV2TokenProviderProps {
  apiKeyEnvVar?: string;
  endpointEnvVar?: string;
}

export interface MomentoLocalProviderProps extends CredentialProviderProps {
  hostname?: string;
  port?: number;
}

const V2_BY_MISTAKE =
  'Received a v2 API key. Are you using the correct key? Or did you mean to use `fromApiKeyV2()` or ' +
  '`fromEnvVarV2()` instead?';
const NOT_V2 =
  'Received an invalid v2 API key. Are you using the correct key? Or did you mean to use `fromString()` with a ' +
  'legacy key instead?';

/** Where a client gets its token and its addresses. Subclasses of your own are welcome. */
export abstract class CredentialProvider {
  abstract getAuthToken(): string;
  abstract getControlEndpoint(): string;
  abstract isControlEndpointSecure(): boolean;
  abstract getCacheEndpoint(): string;
  abstract isCacheEndpointSecure(): boolean;
  abstract getTokenEndpoint(): string;
  abstract isTokenEndpointSecure(): boolean;
  /** Whether the caller gave the endpoints. */
  abstract areEndpointsOverridden(): boolean;
  abstract isEndpointSecure(): boolean;
  /** A provider for a server on this machine. */
  abstract withMomentoLocal(): CredentialProvider;

  /** From a v1 key in an environment variable. */
  static fromEnvironmentVariable(props: EnvMomentoTokenProviderProps | string): CredentialProvider {
    return new EnvMomentoTokenProvider(props);
  }

  /** The same as `fromEnvironmentVariable`. */
  static fromEnvVar(props: EnvMomentoTokenProviderProps | string): CredentialProvider {
    return new EnvMomentoTokenProvider(props);
  }

  /** From a v1 key or a legacy one. */
  static fromString(props: StringMomentoTokenProviderProps | string): CredentialProvider {
    return new StringMomentoTokenProvider(props);
  }

  /** From a disposable token. */
  static fromDisposableToken(props: StringMomentoTokenProviderProps | string): CredentialProvider {
    return new StringMomentoTokenProvider(props);
  }

  /** From a v2 key and its endpoint in environment variables: `MOMENTO_API_KEY` and `MOMENTO_ENDPOINT`. */
  static fromEnvVarV2(props?: EnvMomentoV2TokenProviderProps): CredentialProvider {
    return new EnvMomentoV2TokenProvider(props);
  }

  /** From a v2 key and its endpoint. */
  static fromApiKeyV2(props: ApiKeyV2TokenProviderProps): CredentialProvider {
    return new ApiKeyV2TokenProvider(props);
  }

  /** For a server on this machine or in a container beside it, without TLS and without a token. */
  static forMomentoLocal(props?: MomentoLocalProviderProps): CredentialProvider {
    return new MomentoLocalProvider(props);
  }
}

/** What all providers of this package share. */
abstract class HeldCredential extends CredentialProvider {
  readonly #token: string;
  readonly #endpoints: NativeEndpoints;
  readonly #overridden: boolean;

  constructor(token: string, endpoints: NativeEndpoints, overridden: boolean) {
    super();
    this.#token = token;
    this.#endpoints = endpoints;
    this.#overridden = overridden;
  }

  override getAuthToken(): string {
    return this.#token;
  }

  override getControlEndpoint(): string {
    return this.#endpoints.control.address;
  }

  override isControlEndpointSecure(): boolean {
    return this.#endpoints.control.secure;
  }

  override getCacheEndpoint(): string {
    return this.#endpoints.cache.address;
  }

  override isCacheEndpointSecure(): boolean {
    return this.#endpoints.cache.secure;
  }

  override getTokenEndpoint(): string {
    return this.#endpoints.token.address;
  }

  override isTokenEndpointSecure(): boolean {
    return this.#endpoints.token.secure;
  }

  override areEndpointsOverridden(): boolean {
    return this.#overridden;
  }

  override isEndpointSecure(): boolean {
    return this.isCacheEndpointSecure();
  }

  override withMomentoLocal(): CredentialProvider {
    return new MomentoLocalProvider();
  }

  /** For logs: the addresses, not the token. */
  override toString(): string {
    return `${this.constructor.name}(${this.getCacheEndpoint()})`;
  }
}

/** From a v1 key, a disposable token or a legacy key. */
export class StringMomentoTokenProvider extends HeldCredential {
  constructor(props: StringMomentoTokenProviderProps | string) {
    const text = typeof props === 'string' ? props : tokenOf(props);
    if (text.trim() === '') throw new InvalidArgumentError('malformed auth token');
    const key = addon.parseKey(text);
    if (failed(key)) throw new InvalidArgumentError(`failed to parse token: ${key.details}`);
    if (key.endpoints === undefined) throw new InvalidArgumentError(`failed to parse token: ${V2_BY_MISTAKE}`);
    const overrides = typeof props === 'string' ? undefined : props.endpointOverrides;
    super(key.token, overrides === undefined ? key.endpoints : overridden(overrides), overrides !== undefined);
  }
}

/** From a v1 key in an environment variable. */
export class EnvMomentoTokenProvider extends StringMomentoTokenProvider {
  readonly environmentVariableName: string;

  constructor(props: EnvMomentoTokenProviderProps | string) {
    const name = typeof props === 'string' ? props : props.environmentVariableName;
    const endpointOverrides = typeof props === 'string' ? undefined : props.endpointOverrides;
    const value = process.env[name];
    if (!value) throw new InvalidArgumentError(`Missing required environment variable ${name}`);
    super({ apiKey: value, endpointOverrides });
    this.environmentVariableName = name;
  }
}

/** From a v2 key and its endpoint. */
export class ApiKeyV2TokenProvider extends HeldCredential {
  constructor(props: ApiKeyV2TokenProviderProps) {
    const text = tokenOf(props);
    if (text === '') throw new InvalidArgumentError('API key cannot be an empty string');
    if (!props.endpoint) throw new InvalidArgumentError('Endpoint cannot be an empty string');
    const key = addon.parseKey(text);
    if (failed(key) || key.kind !== 'v2') throw new InvalidArgumentError(NOT_V2);
    super(key.token, parsedEndpoints(props.endpoint), false);
  }
}

/** From a v2 key and its endpoint in environment variables. */
export class EnvMomentoV2TokenProvider extends ApiKeyV2TokenProvider {
  constructor(props?: EnvMomentoV2TokenProviderProps) {
    const endpoint = variable(props?.endpointEnvVar ?? 'MOMENTO_ENDPOINT');
    super({ apiKey: variable(props?.apiKeyEnvVar ?? 'MOMENTO_API_KEY'), endpoint });
  }
}

/** For a server on this machine or in a container beside it. */
export class MomentoLocalProvider extends HeldCredential {
  constructor(props?: MomentoLocalProviderProps) {
    const address = `${props?.hostname ?? '127.0.0.1'}:${props?.port ?? 8080}`;
    const local: NativeEndpoint = { address, secure: false };
    const overrides = props?.endpointOverrides;
    const endpoints = overrides === undefined ? { cache: local, control: local, token: local } : overridden(overrides);
    super('', endpoints, overrides !== undefined);
  }
}

/** @internal What a client without a provider takes, as the official one does: v2 variables, else a v1 key. */
export function defaultCredentialProvider(): CredentialProvider {
  if (process.env['MOMENTO_ENDPOINT']) return new EnvMomentoV2TokenProvider();
  return new EnvMomentoTokenProvider('MOMENTO_API_KEY');
}

function tokenOf(props: StringMomentoTokenProviderProps): string {
  const token = 'authToken' in props ? props.authToken : props?.apiKey;
  if (typeof token !== 'string') throw new InvalidArgumentError('Missing required property: authToken or apiKey');
  return token;
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new InvalidArgumentError(`Empty value for environment variable ${name}`);
  return value;
}

function parsedEndpoints(text: string): NativeEndpoints {
  const endpoints = addon.parseEndpoint(text);
  if (failed(endpoints)) throw sdkError(endpoints);
  return endpoints;
}

function overridden(overrides: EndpointOverrides): NativeEndpoints {
  if ('baseEndpoint' in overrides) {
    const { baseEndpoint, endpointPrefix, secureConnection: secure = true } = overrides;
    const prefix = endpointPrefix ? `${endpointPrefix}.` : '';
    const service = (name: string) => ({ address: `${prefix}${name}.${baseEndpoint}`, secure });
    return { cache: service('cache'), control: service('control'), token: service('token') };
  }
  const exact = ({ endpoint, secureConnection = true }: Endpoint) => ({ address: endpoint, secure: secureConnection });
  const { cacheEndpoint, controlEndpoint, tokenEndpoint } = overrides;
  return { cache: exact(cacheEndpoint), control: exact(controlEndpoint), token: exact(tokenEndpoint) };
}
