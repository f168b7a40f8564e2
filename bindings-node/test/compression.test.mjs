// Compression: the formats of the official add-ons, made and read by the addon.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as zlib from 'node:zlib';
import {
  AutomaticDecompression,
  CacheClient,
  CompressionLevel,
  Configurations,
  CredentialProvider,
  InvalidArgumentError,
  ReadConcern,
} from 'momento-lambda';
import { CompressorFactory as Gzip } from 'momento-lambda/compression';
import { CompressorFactory as Zstd } from 'momento-lambda/compression-zstd';
import { startMomento } from './servers.mjs';

const timeout = 30_000;
const VALUE = 'compress me '.repeat(1_000);
const MAGIC = { gzip: '1f8b08', zstd: '28b52ffd' };
// Node has zstd of its own from 22.15 on.
const without = zlib.zstdCompress ? false : `Node ${process.version} has no zstd`;
if (without) console.log(`SKIPPED: zstd by hand: ${without}`);
let server;
let plain;

const clientWith = change =>
  new CacheClient({
    configuration: change(Configurations.Laptop.latest()),
    credentialProvider: CredentialProvider.forMomentoLocal({ port: server.port }),
    defaultTtlSeconds: 60,
  });

before(async () => {
  server = await startMomento();
  plain = clientWith(same => same);
});

after(async () => {
  plain.close();
  await server.stop();
});

const stored = async key => Buffer.from((await plain.get('cache', key)).valueUint8Array());

for (const [format, factory] of [
  ['gzip', Gzip],
  ['zstd', Zstd],
]) {
  describe(format, { timeout }, () => {
    const compressorFactory = factory.default();
    for (const compressionLevel of Object.values(CompressionLevel)) {
      test(`${compressionLevel}: what is asked for is compressed and comes back as it was`, async t => {
        const client = clientWith(of => of.withCompressionStrategy({ compressorFactory, compressionLevel }));
        t.after(() => client.close());
        for (const [key, set] of [
          ['set', () => client.set('cache', 'set', VALUE, { compress: true })],
          ['batch', () => client.setBatch('cache', { batch: VALUE }, { compress: true })],
          ['hash', () => client.setWithHash('cache', 'hash', VALUE, { compress: true })],
          ['absent', () => client.setIfAbsent('cache', 'absent', VALUE, { compress: true })],
        ]) {
          await plain.delete('cache', key);
          assert.notEqual((await set()).type, 'Error');
          const bytes = await stored(key);
          assert.equal(bytes.toString('hex', 0, MAGIC[format].length / 2), MAGIC[format], key);
          assert.ok(bytes.length < VALUE.length / 10);
          assert.equal((await client.get('cache', key)).value(), VALUE);
          assert.equal((await client.getWithHash('cache', key)).value(), VALUE);
          assert.equal((await client.getBatch('cache', [key])).values()[key], VALUE);
          const raw = await client.get('cache', key, { decompress: false });
          assert.ok(bytes.equals(raw.valueUint8Array()));
        }
        await client.set('cache', 'not asked', VALUE);
        assert.equal((await stored('not asked')).toString(), VALUE);
        assert.equal((await client.get('cache', 'not asked')).value(), VALUE);
      });
    }

    test('without automatic decompression a read decompresses when it is asked to', async t => {
      const automaticDecompression = AutomaticDecompression.Disabled;
      const client = clientWith(of => of.withCompressionStrategy({ compressorFactory, automaticDecompression }));
      t.after(() => client.close());
      await client.set('cache', 'key', VALUE, { compress: true });
      assert.notEqual((await client.get('cache', 'key')).value(), VALUE);
      assert.equal((await client.get('cache', 'key', { decompress: true })).value(), VALUE);
    });

    test('the factory does by hand what a client does', { skip: format === 'zstd' && without }, async () => {
      const value = Buffer.from(VALUE);
      const packed = await compressorFactory.compress(CompressionLevel.Fastest, value);
      assert.equal(Buffer.from(packed).toString('hex', 0, MAGIC[format].length / 2), MAGIC[format]);
      assert.ok(value.equals(await compressorFactory.decompressIfCompressed(packed)));
      assert.ok(value.equals(await compressorFactory.decompressIfCompressed(value)));
    });
  });
}

test('zlib reads what the addon made, and the other way round', { timeout }, async t => {
  const client = clientWith(of => of.withCompressionStrategy({ compressorFactory: Gzip.default() }));
  t.after(() => client.close());
  await client.set('cache', 'ours', VALUE, { compress: true });
  assert.equal(zlib.gunzipSync(await stored('ours')).toString(), VALUE);
  await plain.set('cache', 'theirs', zlib.gzipSync(VALUE));
  assert.equal((await client.get('cache', 'theirs')).value(), VALUE);
});

test('compression without a strategy is an error that says so', { timeout }, async () => {
  const answer = await plain.set('cache', 'key', VALUE, { compress: true });
  assert.equal(answer.errorCode(), 'INVALID_ARGUMENT_ERROR');
  assert.match(answer.message(), /Compressor is not set, but `\S*set` was called with the `compress` option/);
});

test('what is no compressor of this package is refused', () => {
  for (const compressorFactory of [undefined, null, {}, { compress: async () => new Uint8Array() }, 'gzip']) {
    assert.throws(() => clientWith(of => of.withCompressionStrategy({ compressorFactory })), InvalidArgumentError);
  }
  const strategy = { compressorFactory: Gzip.default(), compressionLevel: 'most' };
  assert.throws(() => clientWith(of => of.withCompressionStrategy(strategy)), InvalidArgumentError);
});

test('a consistent read is asked for', { timeout }, async t => {
  const sent = [];
  const looking = {
    onNewRequest: () => ({
      onRequestMetadata: async metadata => {
        sent.push(metadata._grpcMetadata.get('read-concern'));
        return metadata;
      },
    }),
  };
  const client = clientWith(of => of.withReadConcern(ReadConcern.CONSISTENT).addMiddleware(looking));
  t.after(() => client.close());
  assert.equal((await client.get('cache', 'none')).type, 'Miss');
  assert.deepEqual(sent, [['consistent']]);
  assert.equal(client.configuration.getReadConcern(), ReadConcern.CONSISTENT);
});
