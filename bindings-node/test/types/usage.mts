// An ES module of a user: everything that is public, used as it is meant. Lines marked must not compile.
import {
  AutomaticDecompression,
  BatchUtils,
  CacheClient,
  CacheConfiguration,
  CacheDelete,
  CacheDictionaryFetch,
  CacheFlush,
  CacheGet,
  CacheGetResponse,
  CacheSet,
  CacheSortedSetFetch,
  CollectionTtl,
  CompressionLevel,
  Configurations,
  CreateCache,
  CredentialProvider,
  DeleteCache,
  EnvMomentoTokenProvider,
  FixedCountRetryStrategy,
  ItemType,
  ListCaches,
  MomentoErrorCode,
  MiddlewareMessage,
  MiddlewareMetadata,
  MiddlewareStatus,
  MomentoLocalProvider,
  NoopMomentoLoggerFactory,
  ReadConcern,
  SdkError,
  SimpleCacheClient,
  SortedSetAggregate,
  SortedSetOrder,
  StaticGrpcConfiguration,
  StaticTransportStrategy,
  StringMomentoTokenProvider,
  TimeoutError,
  afterRestore,
  beforeSnapshot,
  getMomentoClient,
  withInvocation,
  type CacheInfo,
  type Configuration,
  type Counters,
  type GetOptions,
  type ICacheClient,
  type IMomentoCache,
  type InvocationOptions,
  type Middleware,
  type MiddlewareRequestHandler,
  type MomentoClientProps,
  type RetryStrategy,
  type SetOptions,
} from 'momento-lambda';
import { CompressorFactory } from 'momento-lambda/compression-zstd';

const props: MomentoClientProps = { tokenSource: 'secretsmanager:name#field', defaultTtlSeconds: 60 };
const configuration: Configuration = Configurations.Lambda.latest()
  .withClientTimeoutMillis(300)
  .withThrowOnErrors(false)
  .withTransportStrategy(
    new StaticTransportStrategy({
      grpcConfiguration: new StaticGrpcConfiguration({ deadlineMillis: 1, maxSessionMemoryMb: 256 }),
      maxIdleMillis: 1,
    }),
  );
const client: CacheClient = getMomentoClient({ ...props, configuration, endpoint: 'cell.example.com' });
getMomentoClient();

const byHand: ICacheClient = new CacheClient({
  configuration: Configurations.InRegion.Default.latest(),
  credentialProvider: CredentialProvider.fromApiKeyV2({ apiKey: 'key', endpoint: 'cell.example.com' }),
  defaultTtlSeconds: 60,
});
const eager: Promise<CacheClient> = CacheClient.create({
  credentialProvider: new MomentoLocalProvider({ hostname: 'localhost', port: 8080 }),
  defaultTtlSeconds: 60,
  eagerConnectTimeout: 5,
});
const older: SimpleCacheClient = new SimpleCacheClient({
  configuration: Configurations.Laptop.v1(),
  credentialProvider: new EnvMomentoTokenProvider({ environmentVariableName: 'KEY' }),
  defaultTtlSeconds: 60,
});
const provider: CredentialProvider = new StringMomentoTokenProvider({
  authToken: 'token',
  endpointOverrides: { baseEndpoint: 'example.com', endpointPrefix: 'x', secureConnection: true },
});

/** Narrowing by class. */
export async function byClass(): Promise<string | undefined> {
  const answer: CacheGet.Response = await client.get('cache', new Uint8Array([1]));
  if (answer instanceof CacheGet.Hit) return answer.valueString() + answer.valueUint8Array().length;
  if (answer instanceof CacheGet.Error) {
    const inner: SdkError = answer.innerException();
    if (inner instanceof TimeoutError) return inner.wrappedErrorMessage();
    const code: number = inner.transportDetails().grpc.code;
    return answer.errorCode() === MomentoErrorCode.TIMEOUT_ERROR ? `late ${code}` : answer.message();
  }
  const nothing: undefined = answer.value();
  return nothing;
}

/** Narrowing by type, to the last variant. */
export async function byType(): Promise<string> {
  const answer = await client.get('cache', 'key');
  switch (answer.type) {
    case CacheGetResponse.Hit:
      return answer.value();
    case CacheGetResponse.Miss:
      return 'miss';
    case CacheGetResponse.Error:
      return answer.toString();
    default: {
      const never: never = answer;
      return never;
    }
  }
}

/** Any answer of a get has a value. */
export const byValue = async (): Promise<string | undefined> => (await client.get('cache', 'key')).value();

export async function operations(): Promise<void> {
  const options: SetOptions = { ttl: 1.5, abortSignal: new AbortController().signal };
  const get: GetOptions = { abortSignal: AbortSignal.timeout(5) };
  const stored: CacheSet.Response = await client.set('cache', 'key', Buffer.from('value'), options);
  const removed: CacheDelete.Response = await client.delete('cache', 'key');
  const created: CreateCache.Response = await client.createCache('cache');
  if (created instanceof CreateCache.AlreadyExists || created instanceof CreateCache.Success) created.toString();
  const deleted: DeleteCache.Response = await byHand.deleteCache('cache');
  const flushed: CacheFlush.Response = await older.flushCache('cache');
  const listed: ListCaches.Response = await (await eager).listCaches();
  if (listed instanceof ListCaches.Success) {
    const caches: CacheInfo[] = listed.getCaches();
    caches.map(cache => cache.getName() + cache.getCacheLimits().maxTtlSeconds + cache.getTopicLimits().maxPublishRate);
  }
  const curried: IMomentoCache = client.cache('cache');
  await curried.get('key', get);
  await curried.set('key', 'value', { ttl: 5 });
  // @ts-expect-error a key is text or bytes
  await client.get('cache', 5);
  // @ts-expect-error a TTL is a number
  await client.set('cache', 'key', 'value', { ttl: '5' });
  // @ts-expect-error the default TTL has to be given
  new CacheClient({ credentialProvider: provider });
  // @ts-expect-error the constructor's other form is nobody's business
  new CacheClient({ native: 1, configuration, closed: () => undefined });
  client.close();
  void [stored, removed, deleted, flushed, CacheConfiguration];
}

class Looking implements Middleware {
  shouldLoadLate = true;

  onNewRequest(): MiddlewareRequestHandler {
    return {
      onRequestMetadata: async (metadata: MiddlewareMetadata) => {
        metadata._grpcMetadata.set('name', 'value');
        return metadata;
      },
      onRequestBody: async (message: MiddlewareMessage) => message,
      onResponseMetadata: async metadata => metadata,
      onResponseBody: async (message: MiddlewareMessage | null) => message,
      onResponseStatus: async (status: MiddlewareStatus) => status,
    };
  }
}

const never: RetryStrategy = { determineWhenToRetryRequest: props => (props.grpcStatus.code === 14 ? null : 5) };

export const tuned: Configuration = Configurations.InRegion.LowLatency.latest(new NoopMomentoLoggerFactory())
  .withRetryStrategy(new FixedCountRetryStrategy({ loggerFactory: new NoopMomentoLoggerFactory(), maxAttempts: 2 }))
  .withRetryStrategy(never)
  .withReadConcern(ReadConcern.CONSISTENT)
  .addMiddleware(new Looking())
  .withCompressionStrategy({
    compressorFactory: CompressorFactory.default(),
    compressionLevel: CompressionLevel.SmallestSize,
    automaticDecompression: AutomaticDecompression.Disabled,
  });

export async function collections(): Promise<void> {
  const ttl = CollectionTtl.of(60).withNoRefreshTtlOnUpdates();
  await client.dictionarySetFields('cache', 'd', new Map<string | Uint8Array, string>([['f', 'v']]), { ttl });
  await client.dictionarySetFields('cache', 'd', { f: 'v', g: new Uint8Array() });
  await client.dictionarySetFields('cache', 'd', [['f', 'v']]);
  const fetched: CacheDictionaryFetch.Response = await client.dictionaryFetch('cache', 'd');
  const record: Record<string, string> | undefined = fetched.value();
  await client.dictionaryIncrement('cache', 'd', 'f');
  await client.increment('cache', 'k', 5n, { ttl: 60 });
  await client.listPushBack('cache', 'l', 'v', { ttl, truncateFrontToSize: 5 });
  await client.listFetch('cache', 'l', { startIndex: 0, endIndex: -1 });
  await client.sortedSetPutElements('cache', 'z', { a: 1 });
  const ranked = await client.sortedSetFetchByRank('cache', 'z', { startRank: 1, order: SortedSetOrder.Descending });
  if (ranked instanceof CacheSortedSetFetch.Hit) {
    const [first] = ranked.value();
    const score: number | undefined = first?.score;
    void score;
  }
  await client.sortedSetUnionStore('cache', 'z', [{ sortedSetName: 'y', weight: 2 }], {
    aggregate: SortedSetAggregate.MAX,
  });
  await client.setBatch('cache', [{ key: 'k', value: 'v', ttl: 5 }], { compress: true });
  const got = await client.getBatch('cache', ['k', new Uint8Array([1])]);
  const values: Record<string, string> | undefined = got.values();
  const type: ItemType | undefined = (await client.itemGetType('cache', 'k')).itemType();
  const batch: Record<string, CacheGet.Response> = await BatchUtils.batchGet(client, 'cache', ['a']);
  // @ts-expect-error a collection's time is a CollectionTtl
  await client.setAddElement('cache', 's', 'e', { ttl: 60 });
  // @ts-expect-error a hash is bytes
  await client.setIfPresentAndHashEqual('cache', 'k', 'v', 'hash');
  void [record, values, type, batch];
}

interface Context {
  getRemainingTimeInMillis(): number;
}
const options: InvocationOptions = { marginMs: 100 };
export const handler = withInvocation(async (event: { key: string }, _context: Context): Promise<number> => {
  const counted: Counters = getMomentoClient().counters();
  // @ts-expect-error what was counted is not for changing
  counted.lookUps = 0;
  return counted.connections + event.key.length;
}, options);
export const answered: Promise<number> = handler({ key: 'key' }, { getRemainingTimeInMillis: () => 1_000 });
// @ts-expect-error the handler keeps its arguments
void handler(5);
type Callback = (error: Error | null, value?: string) => void;
export const byCallback: (event: string, context: Context, callback: Callback) => void = withInvocation(
  (event: string, _context: Context, callback: Callback) => callback(null, event),
);
// @ts-expect-error no handler
withInvocation(5);
export const snapshot: Promise<void> = beforeSnapshot();
export const restored: void = afterRestore();
