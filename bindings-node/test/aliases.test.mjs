// This package in the place of the official ones, as npm's aliases put it: two copies, one set of classes.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from './servers.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const timeout = 60_000;
let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'momento-aliases-'));
  for (const name of ['@gomomento/sdk', '@gomomento/sdk-core', 'momento-lambda']) {
    const place = join(folder, 'node_modules', name);
    mkdirSync(place, { recursive: true });
    cpSync(join(ROOT, 'dist'), join(place, 'dist'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(place, 'package.json'));
    for (const addon of readdirSync(ROOT).filter(file => file.endsWith('.node'))) {
      symlinkSync(join(ROOT, addon), join(place, addon));
    }
  }
});

after(() => rmSync(folder, { recursive: true, force: true }));

async function program(name, text) {
  writeFileSync(join(folder, name), text);
  const { status, output } = await run(process.execPath, [join(folder, name)]);
  assert.equal(status, 0, output);
}

describe('two aliases', { timeout }, () => {
  test('have the same classes, whichever is loaded first and however', () =>
    program(
      'same.mjs',
      `import assert from 'node:assert';
      import { createRequire } from 'node:module';
      import * as sdk from '@gomomento/sdk';
      import * as core from '@gomomento/sdk-core';
      import { TimeoutError } from '@gomomento/sdk-core/dist/src/errors';
      import { Hit } from '@gomomento/sdk-core/dist/src/messages/responses/cache-get';
      import { MiddlewareMetadata } from '@gomomento/sdk/dist/src/config/middleware/middleware';
      const require = createRequire(import.meta.url);
      for (const one of [sdk, core, require('@gomomento/sdk'), require('momento-lambda')]) {
        for (const other of [sdk, core, require('@gomomento/sdk-core')]) {
          for (const name of Object.keys(other)) assert.equal(one[name], other[name], name);
        }
      }
      assert.ok(new sdk.CacheGet.Hit(Buffer.from('x')) instanceof core.CacheGet.Hit);
      assert.ok(new sdk.CacheGet.Hit(Buffer.from('x')) instanceof Hit);
      assert.ok(new core.InvalidArgumentError('x') instanceof sdk.SdkError);
      assert.ok(new TimeoutError('late') instanceof sdk.SdkError);
      assert.equal(MiddlewareMetadata, sdk.MiddlewareMetadata);`,
    ));

  test('give every official path, with the names that are there', () => {
    const paths = readdirSync(join(ROOT, 'dist/src'), { recursive: true }).filter(file => file.endsWith('.js'));
    assert.ok(paths.length > 120, `${paths.length} paths`);
    return program(
      'paths.cjs',
      `const assert = require('node:assert');
      for (const path of ${JSON.stringify(paths)}) {
        for (const spelled of [path, path.slice(0, -3)]) {
          const found = require('@gomomento/sdk-core/dist/src/' + spelled);
          for (const [name, value] of Object.entries(found)) assert.notEqual(value, undefined, path + ' ' + name);
          assert.equal(found, require('@gomomento/sdk-core/dist/src/' + path));
        }
      }`,
    );
  });

  test('have types at these paths, for the older resolution too', { timeout }, async () => {
    const text = `import { CacheClient, CacheGet, CollectionTtl, Configurations } from '@gomomento/sdk';
      import { CacheGetResponse, type ICacheClient } from '@gomomento/sdk-core';
      import { InvalidArgumentError } from '@gomomento/sdk-core/dist/src/errors';
      import * as SetFetch from '@gomomento/sdk-core/dist/src/messages/responses/cache-set-fetch';
      import { MiddlewareStatus } from '@gomomento/sdk/dist/src/config/middleware/middleware';
      import { batchGet } from '@gomomento/sdk/dist/src/batchutils/batch-functions';
      export function use(client: CacheClient, answer: CacheGet.Response, set: SetFetch.Response): string {
        const same: ICacheClient = client;
        void same.setAddElement('c', 's', 'e', { ttl: CollectionTtl.of(60) });
        void [InvalidArgumentError, MiddlewareStatus, batchGet, Configurations.Laptop];
        if (set instanceof SetFetch.Hit) return set.valueArray().join();
        return answer.type === CacheGetResponse.Hit ? answer.value() : '';
      }
    `;
    writeFileSync(join(folder, 'use.ts'), text);
    const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));
    symlinkSync(join(modules, '@types'), join(folder, 'node_modules/@types'));
    symlinkSync(join(modules, 'undici-types'), join(folder, 'node_modules/undici-types'));
    const common = ['--noEmit', '--strict', '--target', 'ES2022', '--types', 'node', join(folder, 'use.ts')];
    for (const how of [
      ['--module', 'commonjs', '--moduleResolution', 'node10'],
      ['--module', 'node16', '--moduleResolution', 'node16'],
    ]) {
      const { status, output } = await run(join(modules, '.bin/tsc'), [...how, ...common], { deadline: 60_000 });
      assert.equal(status, 0, output);
    }
  });

  test('the version is in the key, so that another one keeps to itself', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json')));
    return program(
      'key.cjs',
      `require('@gomomento/sdk');
      require('node:assert').equal(globalThis[Symbol.for('momento-lambda@${version}')].exports, require('momento-lambda'));`,
    );
  });
});
