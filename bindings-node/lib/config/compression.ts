// The official compression add-ons' factories.
//
// The addon compresses, off JavaScript's thread; what the factory gives only says which format. Called by hand it does
// the work with Node's own zlib, which has zstd from Node 22.15 on.

import { promisify } from 'node:util';
import { InvalidArgumentError } from '../errors';
import type { MomentoLoggerFactory } from './logging';
import type { CompressionLevel, ICompression } from './values';

/** How a compressor of ours says which it is, to any copy of this package. */
const FORMAT = Symbol.for('momento-lambda.compression');

const LEVELS = { gzip: [6, 1, 9], zstd: [3, 1, 9] } as const;
const MAGIC = { gzip: [0x1f, 0x8b, 0x08], zstd: [0x28, 0xb5, 0x2f, 0xfd] } as const;

type Work = (value: Uint8Array, options?: object) => Promise<Uint8Array>;

class Compressor implements ICompression {
  readonly [FORMAT]: 'gzip' | 'zstd';

  constructor(format: 'gzip' | 'zstd') {
    this[FORMAT] = format;
  }

  async compress(compressionLevel: CompressionLevel, value: Uint8Array): Promise<Uint8Array> {
    const format = this[FORMAT];
    const [balanced, fastest, smallest] = LEVELS[format];
    const level = compressionLevel === 'Fastest' ? fastest : compressionLevel === 'SmallestSize' ? smallest : balanced;
    // 100 is ZSTD_c_compressionLevel; Node names it only where it has zstd.
    const options = format === 'gzip' ? { level } : { params: { 100: level } };
    return plain(await work(format === 'gzip' ? 'gzip' : 'zstdCompress')(value, options));
  }

  async decompressIfCompressed(value: Uint8Array): Promise<Uint8Array> {
    const format = this[FORMAT];
    if (!MAGIC[format].every((byte, index) => value[index] === byte)) return value;
    return plain(await work(format === 'gzip' ? 'gunzip' : 'zstdDecompress')(value));
  }
}

const plain = (bytes: Uint8Array) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function work(name: string): Work {
  const zlib = require('node:zlib') as unknown;
  const does = (zlib as Record<string, Parameters<typeof promisify>[0] | undefined>)[name];
  if (does === undefined) {
    throw new InvalidArgumentError(
      `this version of Node has no ${name} of its own; set and get of a client compress without it`,
    );
  }
  return promisify(does) as Work;
}

/** Which format a compressor of ours, or of another copy of this package, stands for. */
export function formatOf(compressor: unknown): 'gzip' | 'zstd' {
  const format = (compressor as Partial<Compressor> | null | undefined)?.[FORMAT];
  if (format === 'gzip' || format === 'zstd') return format;
  throw new InvalidArgumentError(
    'compressorFactory must be CompressorFactory.default() of momento-lambda/compression or ' +
      'momento-lambda/compression-zstd: values are compressed by this package, not by JavaScript',
  );
}

/** gzip. */
export const GzipCompressorFactory = {
  default: (_loggerFactory?: MomentoLoggerFactory): ICompression => new Compressor('gzip'),
};

/** zstd. */
export const ZstdCompressorFactory = {
  default: (_loggerFactory?: MomentoLoggerFactory): ICompression => new Compressor('zstd'),
};
