// Presets and builders: the official figures, and copies instead of changes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CacheClient,
  CacheConfiguration,
  CacheNotFoundError,
  Configurations,
  CredentialProvider,
  DefaultMomentoLoggerFactory,
  DefaultMomentoLoggerLevel,
  ExponentialBackoffRetryStrategy,
  FixedCountRetryStrategy,
  FixedTimeoutRetryStrategy,
  GzipCompressorFactory,
  InvalidArgumentError,
  Metadata,
  NoRetryStrategy,
  NoopMomentoLoggerFactory,
  ReadConcern,
  StaticGrpcConfiguration,
  StaticTransportStrategy,
} from 'momento-lambda';
import { startMomento, startSilence, timed } from './servers.mjs';

const timeout = 30_000;
const deadline = configuration => configuration.getTransportStrategy().getGrpcConfig().getDeadlineMillis();
let server;

before(async () => {
  server = await startMomento();
});

after(() => server.stop());

const clientWith = (configuration, port = server.port) =>
  new CacheClient({
    configuration,
    credentialProvider: CredentialProvider.forMomentoLocal({ port }),
    defaultTtlSeconds: 60,
  });

test('the presets have the official deadlines and classes', () => {
  const { Laptop, Lambda, InRegion } = Configurations;
  for (const [Preset, makers, milliseconds] of [
    [Laptop, ['latest', 'v1'], 5_000],
    [Lambda, ['latest'], 1_100],
    [InRegion.Default, ['latest', 'v1'], 1_100],
    [InRegion.LowLatency, ['latest', 'v1'], 500],
  ]) {
    for (const maker of makers) {
      const preset = Preset[maker]();
      assert.equal(deadline(preset), milliseconds);
      assert.ok(preset instanceof Preset);
      assert.ok(preset instanceof CacheConfiguration);
      assert.equal(preset.getThrowOnErrors(), false);
      assert.equal(preset.getTransportStrategy().getGrpcConfig().getMaxReceiveMessageLength(), 10_486_000);
    }
  }
});

test('builders give a changed copy', () => {
  const lambda = Configurations.Lambda.latest();
  const changed = lambda.withClientTimeoutMillis(77).withThrowOnErrors(true).withMaxMessageLength(9);
  assert.deepEqual([deadline(changed), changed.getThrowOnErrors()], [77, true]);
  assert.equal(changed.getTransportStrategy().getGrpcConfig().getMaxSendMessageLength(), 9);
  assert.deepEqual([deadline(lambda), lambda.getThrowOnErrors()], [1_100, false]);
  const grpcConfiguration = new StaticGrpcConfiguration({ deadlineMillis: 5, maxSessionMemoryMb: 1, numClients: 3 });
  const strategy = new StaticTransportStrategy({ grpcConfiguration, maxIdleMillis: 6 }).withMaxIdleMillis(7);
  const own = lambda.withTransportStrategy(strategy.withClientTimeoutMillis(8));
  assert.equal(deadline(own), 8);
  assert.equal(own.getTransportStrategy().getMaxIdleMillis(), 7);
  assert.equal(own.getTransportStrategy().getGrpcConfig().getNumClients(), 3);
  assert.equal(deadline(new CacheConfiguration({ transportStrategy: strategy })), 5);
});

test('the presets have the official retries and tuning, and builders lose none of it', () => {
  const { Laptop, Lambda, InRegion } = Configurations;
  for (const [preset, clients, keepAlive] of [
    [Laptop.latest(), 6, [1, 5_000, 1_000]],
    [InRegion.Default.latest(), 6, [1, 5_000, 1_000]],
    [InRegion.LowLatency.latest(), 6, [1, 5_000, 1_000]],
    [Lambda.latest(), 1, [undefined, undefined, undefined]],
  ]) {
    const compression = { compressorFactory: GzipCompressorFactory.default() };
    const middleware = { onNewRequest: () => ({}) };
    const strategy = new NoRetryStrategy();
    const changed = preset
      .withReadConcern(ReadConcern.CONSISTENT)
      .withCompressionStrategy(compression)
      .withRetryStrategy(strategy)
      .withMiddlewares([middleware])
      .withConnectTimeoutMillis(5)
      .withNumConnections(clients)
      .withClientTimeoutMillis(7)
      .withThrowOnErrors(true)
      .withMaxMessageLength(9);
    for (const of of [preset, changed]) {
      const grpc = of.getTransportStrategy().getGrpcConfig();
      assert.equal(grpc.getNumClients(), clients);
      const alive = [grpc.getKeepAlivePermitWithoutCalls(), grpc.getKeepAliveTimeMS(), grpc.getKeepAliveTimeoutMS()];
      assert.deepEqual(alive, keepAlive);
      assert.equal(grpc.getMaxSessionMemoryMb(), 256);
      assert.equal(of.getTransportStrategy().getMaxIdleMillis(), 240_000);
    }
    assert.equal(changed.getReadConcern(), ReadConcern.CONSISTENT);
    assert.equal(changed.getCompressionStrategy(), compression);
    assert.ok(changed.hasCompressionStrategy());
    assert.equal(changed.getRetryStrategy(), strategy);
    assert.deepEqual(changed.getMiddlewares(), [middleware]);
    assert.equal(deadline(changed), 7);
    assert.equal(preset.getReadConcern(), ReadConcern.BALANCED);
    assert.equal(preset.hasCompressionStrategy(), false);
    assert.deepEqual(preset.getMiddlewares(), []);
    assert.ok(preset.getRetryStrategy() instanceof FixedCountRetryStrategy);
    assert.equal(preset.getRetryStrategy().maxAttempts, 3);
    assert.ok(preset.getLoggerFactory() instanceof DefaultMomentoLoggerFactory);
  }
});

test('a middleware that is added comes first, and the list is a copy', () => {
  const [first, second] = [{ onNewRequest() {} }, { onNewRequest() {} }];
  const list = [first];
  const one = Configurations.Lambda.latest().withMiddlewares(list);
  list.pop();
  assert.deepEqual(one.addMiddleware(second).getMiddlewares(), [second, first]);
  one.getMiddlewares().pop();
  assert.deepEqual(one.getMiddlewares(), [first]);
});

test('strategies decide as the official ones do', () => {
  const loggerFactory = new NoopMomentoLoggerFactory();
  const failed = (code, attemptNumber, path = '/cache_client.Scs/Get') => ({
    grpcStatus: { code, details: '', metadata: new Metadata() },
    grpcRequest: { path, requestStream: false, responseStream: false },
    attemptNumber,
    requestMetadata: new Metadata(),
    overallDeadline: new Date(Date.now() + 60_000),
  });
  const count = new FixedCountRetryStrategy({ loggerFactory, maxAttempts: 3 });
  for (const code of [1, 13, 14]) assert.equal(count.determineWhenToRetryRequest(failed(code, 0)), 0);
  assert.equal(count.determineWhenToRetryRequest(failed(14, 2)), 0);
  for (const props of [failed(14, 3), failed(4, 0), failed(5, 0), failed(14, 0, '/cache_client.Scs/Increment')]) {
    assert.equal(count.determineWhenToRetryRequest(props), null);
  }
  const fixed = new FixedTimeoutRetryStrategy({ loggerFactory });
  assert.equal(fixed.responseDataReceivedTimeoutMillis, 1_000);
  for (const props of [failed(14, 9), failed(4, 1)]) {
    const pause = fixed.determineWhenToRetryRequest(props);
    assert.ok(pause >= 90 && pause <= 110, `${pause} ms`);
  }
  assert.equal(fixed.determineWhenToRetryRequest(failed(4, 0)), null);
  const backoff = new ExponentialBackoffRetryStrategy({ loggerFactory });
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const pause = backoff.determineWhenToRetryRequest(failed(14, attempt));
    assert.ok(pause >= 0.5 && pause <= 24, `${pause} ms`);
  }
  assert.equal(new NoRetryStrategy().determineWhenToRetryRequest(failed(14, 0)), null);
});

test('a logger writes what is at least of its level', t => {
  const lines = [];
  t.mock.method(console, 'log', line => lines.push(line));
  t.mock.method(console, 'warn', line => lines.push(line));
  const logger = new DefaultMomentoLoggerFactory(DefaultMomentoLoggerLevel.INFO).getLogger('name');
  logger.debug('nothing');
  logger.info('%s is %d', 'it', 5);
  logger.warn('careful');
  assert.equal(lines.length, 2);
  assert.match(lines[0], /^\[\S+Z\] INFO \(Momento: name\): it is 5$/);
});

test('withClientTimeoutMillis bounds a call', { timeout }, async t => {
  const silence = await startSilence();
  t.after(() => silence.stop());
  const client = clientWith(Configurations.Lambda.latest().withClientTimeoutMillis(150), silence.port);
  const { result, milliseconds } = await timed(() => client.get('cache', 'key'));
  assert.equal(result.errorCode(), 'TIMEOUT_ERROR');
  assert.match(result.message(), /within 150 ms/);
  assert.ok(milliseconds < 1_000, `${milliseconds} ms`);
  client.close();
});

test('withThrowOnErrors rejects with the SdkError, and with nothing else', { timeout }, async () => {
  const client = clientWith(Configurations.Laptop.latest().withThrowOnErrors(true));
  assert.equal((await client.get('cache', 'none')).type, 'Miss');
  assert.equal((await client.set('cache', 'key', 'value')).type, 'Success');
  await assert.rejects(client.get('nowhere', 'key'), CacheNotFoundError);
  await assert.rejects(client.get('cache', 7), InvalidArgumentError);
  await assert.rejects(client.cache('cache').set('k', 'v', 5), InvalidArgumentError);
  client.close();
});

function concurrent(most) {
  const lambda = Configurations.Lambda.latest();
  return lambda.withTransportStrategy(lambda.getTransportStrategy().withMaxConcurrentRequests(most));
}

test('what can not be meant is refused', () => {
  for (const [props, message] of [
    [{ defaultTtlSeconds: 0 }, 'ttl must be a positive integer, received 0'],
    [{ defaultTtlSeconds: -1 }, 'ttl must be a positive integer, received -1'],
    [{}, 'ttl must be a positive integer, received undefined'],
    [{ configuration: Configurations.Lambda.latest().withClientTimeoutMillis(0) }, 'request timeout must be greater'],
    [{ configuration: Configurations.Lambda.latest().withClientTimeoutMillis('x') }, 'request timeout must be greater'],
    [{ configuration: Configurations.Lambda.latest().withClientTimeoutMillis(-5) }, 'request timeout must be greater'],
    [{ configuration: Configurations.Lambda.latest().withMaxMessageLength(0) }, 'the maximum message length'],
    [{ configuration: Configurations.Lambda.latest().withStartBudgetMillis(0) }, 'start budget must be greater'],
    [{ configuration: Configurations.Lambda.latest().withTokenTtlSeconds(-1) }, 'token TTL must be a number'],
    [{ configuration: Configurations.Lambda.latest().withTokenTtlSeconds('1') }, 'tokenTtlSeconds must be a number'],
    [{ configuration: concurrent(0) }, 'concurrent requests limit must be strictly positive (> 0)'],
    [{ configuration: concurrent('x') }, 'maxConcurrentRequests must be a number'],
  ]) {
    const credentialProvider = CredentialProvider.forMomentoLocal();
    const defaultTtlSeconds = 'configuration' in props ? 60 : undefined;
    assert.throws(
      () => new CacheClient({ credentialProvider, defaultTtlSeconds, ...props }),
      error => error instanceof InvalidArgumentError && error.message.startsWith(message),
      message,
    );
  }
});

test('a message over the configured length is an error, not a hang', { timeout }, async () => {
  const roomy = clientWith(Configurations.Laptop.latest());
  assert.equal((await roomy.set('cache', 'large', 'x'.repeat(10_000))).type, 'Success');
  roomy.close();
  const client = clientWith(Configurations.Laptop.latest().withMaxMessageLength(1_000));
  const answer = await client.get('cache', 'large');
  assert.equal(answer.type, 'Error', String(answer));
  client.close();
});
