// Presets and builders: the official figures, and copies instead of changes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CacheClient,
  CacheConfiguration,
  CacheNotFoundError,
  Configurations,
  CredentialProvider,
  InvalidArgumentError,
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

test('what can not be meant is refused', () => {
  for (const [props, message] of [
    [{ defaultTtlSeconds: 0 }, 'ttl must be a positive integer, received 0'],
    [{ defaultTtlSeconds: -1 }, 'ttl must be a positive integer, received -1'],
    [{}, 'ttl must be a positive integer, received undefined'],
    [{ configuration: Configurations.Lambda.latest().withClientTimeoutMillis(0) }, 'request timeout must be greater'],
    [{ configuration: Configurations.Lambda.latest().withClientTimeoutMillis('x') }, 'request timeout must be greater'],
    [{ configuration: Configurations.Lambda.latest().withClientTimeoutMillis(-5) }, 'request timeout must be greater'],
    [{ configuration: Configurations.Lambda.latest().withMaxMessageLength(0) }, 'the maximum message length'],
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
