// The files that users of the official SDK import from inside its packages, and the two entries for compression.
//
// Each passes on names of this package. Which paths: the folders that official examples, its own packages and its
// declarations name. They are real files at the official places, because TypeScript's older resolution looks for those.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';

const RESPONSES = new URL('../../tests/parity/operations.json', import.meta.url);

/** Response classes whose official file is not called as they are. */
const FILES = {
  CacheGetBatch: 'cache-batch-get',
  CacheSetBatch: 'cache-batch-set',
  CacheUpdateTtl: 'cache-ttl-update',
  CacheIncreaseTtl: 'cache-ttl-increase',
  CacheDecreaseTtl: 'cache-ttl-decrease',
};

const ERRORS = names => names.filter(name => /Error$|^Momento\w*Error|^MomentoErrorCode$|^SdkError$/.test(name));
const RETRY = 'config/retry';
const MIDDLEWARE = 'config/middleware';

/** Official path: names, those that are types only after `type`. */
function paths(all) {
  const errors = ERRORS(all);
  const enums = all.filter(name => /^(Cache|Create|Delete|List|Flush|Revoke)\w+Response$/.test(name));
  const providers = all.filter(name => /Provider$/.test(name));
  const options = ['SortedSetOrder', 'SortedSetAggregate', 'type CallOptions', 'type CancellationCallOptions'];
  const collections = [...options, 'CollectionTtl', 'ItemType', 'type SetBatchItem', 'type SortedSetSource'];
  const loggers = ['NoopMomentoLogger', 'NoopMomentoLoggerFactory', 'type MomentoLogger', 'type MomentoLoggerFactory'];
  const eligibility = ['type EligibilityStrategy', 'type EligibleForRetryProps'];
  const strategy = ['type RetryStrategy', 'type DeterminewhenToRetryRequestProps'];
  const handler = ['type Middleware', 'type MiddlewareRequestHandler', 'type MiddlewareRequestHandlerContext'];
  const grpc = ['type GrpcConfiguration', 'type GrpcConfigurationProps'];
  const transport = [
    'StaticGrpcConfiguration',
    'StaticTransportStrategy',
    'type TransportStrategy',
    'type TransportStrategyProps',
  ];
  return {
    index: all,
    errors,
    'errors/index': errors,
    'errors/errors': errors,
    utils: collections,
    'utils/index': collections,
    'utils/cache-call-options': options,
    'utils/collection-ttl': ['CollectionTtl'],
    'utils/itemType': ['ItemType'],
    'utils/set-batch-item': ['type SetBatchItem'],
    'utils/sorted-set-source': ['type SortedSetSource'],
    'messages/cache-info': ['CacheInfo', 'type CacheLimits', 'type TopicLimits'],
    'messages/signing-key': ['SigningKey'],
    'messages/responses/enums': enums,
    'messages/responses/enums/index': enums,
    'messages/responses/response-base': [
      'ResponseBase',
      'BaseResponseError',
      'BaseResponseMiss',
      'BaseResponseSuccess',
    ],
    'clients/ICacheClient': ['type ICacheClient'],
    'clients/IMomentoCache': ['type IMomentoCache'],
    auth: providers,
    'auth/index': providers,
    'auth/credential-provider': providers,
    'compression/compression-level': ['CompressionLevel'],
    'cache-client': ['CacheClient', 'SimpleCacheClient'],
    'cache-client-props': ['type CacheClientProps', 'type EagerCacheClientProps'],
    'config/read-concern': ['ReadConcern'],
    'config/configuration': ['CacheConfiguration', 'type Configuration', 'type ConfigurationProps'],
    'config/compression/compression': ['AutomaticDecompression', 'type CompressionStrategy', 'type ICompression'],
    'config/logging': loggers,
    'config/logging/momento-logger': loggers.slice(2),
    'config/logging/noop-momento-logger': loggers.slice(0, 2),
    'config/logging/default-momento-logger': [
      'DefaultMomentoLogger',
      'DefaultMomentoLoggerFactory',
      'DefaultMomentoLoggerLevel',
    ],
    [`${RETRY}/retry-strategy`]: strategy,
    [`${RETRY}/eligibility-strategy`]: eligibility,
    [`${RETRY}/default-eligibility-strategy`]: ['DefaultEligibilityStrategy'],
    [`${RETRY}/fixed-count-retry-strategy`]: ['FixedCountRetryStrategy', 'type FixedCountRetryStrategyProps'],
    [`${RETRY}/fixed-timeout-retry-strategy`]: ['FixedTimeoutRetryStrategy', 'type FixedTimeoutRetryStrategyProps'],
    [`${RETRY}/exponential-backoff-retry-strategy`]: [
      'ExponentialBackoffRetryStrategy',
      'type ExponentialBackoffRetryStrategyProps',
    ],
    [`${RETRY}/no-retry-strategy`]: ['NoRetryStrategy'],
    'config/transport/cache': [...transport, ...grpc],
    'config/transport/cache/index': [...transport, ...grpc],
    'config/transport/cache/transport-strategy': transport,
    'config/transport/cache/grpc-configuration': grpc,
    [`${MIDDLEWARE}/middleware`]: ['MiddlewareMessage', 'MiddlewareMetadata', 'MiddlewareStatus', ...handler],
    [`${MIDDLEWARE}/request-logging-middleware`]: ['RequestLoggingMiddleware'],
    [`${MIDDLEWARE}/example-async-middleware`]: ['ExampleAsyncMiddleware'],
    [`${MIDDLEWARE}/experimental-metrics-csv-middleware`]: ['ExperimentalMetricsCsvMiddleware'],
    [`${MIDDLEWARE}/experimental-metrics-logging-middleware`]: ['ExperimentalMetricsLoggingMiddleware'],
    [`${MIDDLEWARE}/experimental-middleware-factory`]: ['MiddlewareFactory'],
  };
}

/** Namespaces whose members the official file exports one by one. */
const NAMESPACES = {
  'config/configurations': ['Configurations', ['Laptop', 'Lambda', 'InRegion']],
  'batchutils/batch-functions': [
    'BatchUtils',
    ['batchGet', 'batchSet', 'batchDelete', 'defaultMaxConcurrentRequests', 'defaultTtlSeconds'],
  ],
};

export function writeDeepPaths(dist, names) {
  const put = (path, script, types) => {
    const file = new URL(path, dist);
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(`${file.pathname}.js`, script);
    writeFileSync(`${file.pathname}.d.ts`, types);
  };
  const deep = (path, script, types) => {
    const index = posix.relative(posix.dirname(`src/${path}`), 'index');
    const head = `'use strict';\nconst momento = require('${index}.js');\n`;
    put(
      `src/${path}`,
      `${head}Object.defineProperty(exports, '__esModule', { value: true });\n${script}`,
      types(index),
    );
  };
  for (const [path, list] of Object.entries(paths([...names]))) {
    const values = list.filter(name => !name.startsWith('type '));
    const unknown = values.find(name => !names.has(name));
    if (unknown) throw new Error(`${path} passes on ${unknown}, which lib/index.ts does not export`);
    const script = values.map(name => `exports.${name} = momento.${name};\n`).join('');
    const types = index =>
      path === 'index' ? `export * from '${index}';\n` : `export { ${list.join(', ')} } from '${index}';\n`;
    deep(path, script, types);
  }
  for (const [path, [namespace, members]] of Object.entries(NAMESPACES)) {
    const script = members.map(name => `exports.${name} = momento.${namespace}.${name};\n`).join('');
    const types = members.map(name => `export import ${name} = ${namespace}.${name};\n`).join('');
    deep(path, script, index => `import { ${namespace} } from '${index}';\n${types}`);
  }
  const { operations } = JSON.parse(readFileSync(RESPONSES));
  for (const response of new Set(operations.map(operation => operation.response))) {
    const file = FILES[response] ?? response.replace(/[A-Z]/g, (letter, at) => (at ? '-' : '') + letter.toLowerCase());
    const variants = [...variantsOf(dist, response)];
    const script = variants.map(name => `exports.${name} = momento.${response}.${name};\n`).join('');
    const types = [...variants, 'Response'].map(name =>
      name === 'Response'
        ? `export type Response = ${response}.Response;\n`
        : `export import ${name} = ${response}.${name};\n`,
    );
    deep(`messages/responses/${file}`, script, index => `import { ${response} } from '${index}';\n${types.join('')}`);
  }
  for (const [entry, factory] of [
    ['compression', 'GzipCompressorFactory'],
    ['compression-zstd', 'ZstdCompressorFactory'],
  ]) {
    put(
      entry,
      `'use strict';\nexports.CompressorFactory = require('./index.js').${factory};\n`,
      `export { ${factory} as CompressorFactory } from './index';\n`,
    );
  }
}

/** The classes in a response's namespace, from its declarations. */
function variantsOf(dist, response) {
  const folder = new URL('responses/', dist);
  for (const file of readdirSync(folder).filter(name => name.endsWith('.generated.d.ts'))) {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const body = text.match(new RegExp(`namespace ${response} \\{([^]*?)\\n\\}`))?.[1];
    if (body) return [...body.matchAll(/class (\w+) /g)].map(match => match[1]);
  }
  throw new Error(`no declarations of ${response}`);
}
