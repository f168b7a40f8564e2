// Every name that the official SDK exports for caches is here, with the same members and the same values of enums.
//
// Compared with the official packages themselves, which `make test-official` installs.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import * as momento from 'momento-lambda';

const folder = new URL('../../tests/official_sdks/', import.meta.url);
const installed = existsSync(new URL('node_modules/@gomomento/sdk/package.json', folder));
const skip = installed ? false : 'the official SDK is not installed: run `make test-official`';
if (!installed) console.log(`SKIPPED: ${skip}`);

/** What other services of Momento are about. */
const ELSEWHERE =
  /Topic|Auth(Client|Token)|ApiKey|Leaderboard|leaderboard|Function|function|Webhook|webhook|Permission(s|Scope)|TokenScope|DisposableToken|Subscri|Expires|^(Cache|AllData)\w*(Role|Permission)|All(Caches|Topics|DataReadWrite|CacheItems)|^is(Cache|Topic)|CacheSelector|GetStore|^Storage|SUBSCRIPTION|Store\w*Response|^(Create|Delete|List|Put|Get)Store|^utils$|^SEPARATOR|getDefaultCredentialProvider/;

const here = name => momento[name];

describe('the official names', { skip }, () => {
  const require = createRequire(new URL('package.json', folder));
  for (const name of installed ? ['@gomomento/sdk', '@gomomento/sdk-core'] : []) {
    const official = require(name);
    const names = Object.keys(official).filter(each => !ELSEWHERE.test(each));
    test(`${name}: ${names.length} names`, () => {
      assert.ok(names.length > 90, 'what is compared');
      assert.deepEqual(
        names.filter(each => here(each) === undefined),
        [],
      );
    });
    for (const each of names.filter(each => here(each) !== undefined)) {
      test(`${name}: ${each} has the official members`, () => compare(each, official[each], here(each)));
    }
  }
});

function compare(name, official, ours) {
  if (typeof official === 'function') {
    const members = type => Object.getOwnPropertyNames(type.prototype ?? {}).filter(member => !/^_/.test(member));
    for (const member of members(official)) {
      if (INNER.has(`${name}.${member}`) || /Storage/.test(member)) continue;
      assert.ok(member in ours.prototype, `${name}.${member}`);
    }
    const statics = Object.getOwnPropertyNames(official).filter(member => typeof official[member] === 'function');
    for (const member of statics) assert.ok(member in ours, `${name}.${member}`);
    return;
  }
  for (const [member, value] of Object.entries(official)) {
    if (typeof value === 'object' || typeof value === 'function') compare(`${name}.${member}`, value, ours[member]);
    else assert.equal(ours[member], value, `${name}.${member}`);
  }
}

/** What the official classes have for themselves. */
const INNER = new Set([
  'CacheClient.getNextDataClient',
  'CollectionTtl.constructor',
  'DefaultMomentoLogger.outputMessage',
  'ExponentialBackoffRetryStrategy.computeBaseDelay',
  'ExponentialBackoffRetryStrategy.computePreviousBaseDelay',
  'ExperimentalEventLoopPerformanceMetricsMiddleware.startLogging',
  'ExperimentalActiveRequestCountLoggingMiddleware.startLogging',
  'LimitExceededError.determineMessageWrapper',
  'CacheDictionaryFetch.Hit.truncateValueStrings',
  'CacheSortedSetFetch.Hit.truncateValueStrings',
]);
