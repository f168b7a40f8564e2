// The official enums of a configuration.

/** Whether reads must see the latest write. */
export enum ReadConcern {
  /** Fast; may read what was before a write that has just been made. */
  BALANCED = 'balanced',
  /** A read sees the latest write, at a cost. */
  CONSISTENT = 'consistent',
}

/** Speed or size. */
export enum CompressionLevel {
  Balanced = 'Balanced',
  Fastest = 'Fastest',
  SmallestSize = 'SmallestSize',
}

/** Whether reads decompress what is compressed without being asked to. */
export enum AutomaticDecompression {
  Enabled = 'Enabled',
  Disabled = 'Disabled',
}

/** What compresses values: `CompressorFactory.default()` of one of this package's two entries for it. */
export interface ICompression {
  compress(compressionLevel: CompressionLevel, value: Uint8Array): Promise<Uint8Array>;
  decompressIfCompressed(value: Uint8Array): Promise<Uint8Array>;
}

export interface CompressionStrategy {
  /** From `momento-lambda/compression` or `momento-lambda/compression-zstd`. */
  compressorFactory: ICompression;
  /** Balanced where left out. */
  compressionLevel?: CompressionLevel;
  /** Enabled where left out. */
  automaticDecompression?: AutomaticDecompression;
}
