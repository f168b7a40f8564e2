// The package's entries: `require`, `import` in Node and `import` in a bundler are one module, and Node's import stays
// clear of what made it slow.

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as imported from 'momento-lambda';
import { run } from './servers.mjs';

const DIST = new URL('../dist/', import.meta.url);
const required = createRequire(import.meta.url)('momento-lambda');
// Node's own entry: newer ones have the condition "module-sync".
const FILES = process.features.require_module ? ['index-sync.mjs', 'index.mjs'] : ['index.mjs'];
const others = await Promise.all(FILES.map(file => import(new URL(file, DIST))));
const bundled = await import(new URL('bundler.mjs', DIST));

for (const [way, entry] of Object.entries({ imported, bundled, ...others })) {
  test(`what is ${way} is what is required`, () => {
    assert.deepEqual(Object.keys(entry).sort(), Object.keys(required).sort());
    for (const [name, value] of Object.entries(entry)) assert.equal(value, required[name], name);
    assert.ok(new entry.CacheGet.Miss() instanceof required.CacheGet.Miss);
    assert.ok(new required.TimeoutError('late') instanceof entry.SdkError);
  });
}

/** In a process of its own: here every name has been used already. */
test('what is required is like any object, before and after a name is used', async () => {
  const { status, output } = await run(process.execPath, [
    '--eval',
    `const assert = require('node:assert');
    const fake = () => {};
    const momento = require(process.argv[1]);
    assert.ok('CacheSet' in momento && !('CacheNone' in momento) && !(Symbol.iterator in momento));
    assert.equal(Object.keys(momento).length, Number(process.argv[2]));
    for (const name of ['CacheNone', 'CacheSet:7', ';', ':', '', 'then', Symbol('CacheSet')]) {
      assert.equal(momento[name], undefined, String(name));
      assert.equal(Object.getOwnPropertyDescriptor(momento, name), undefined, String(name));
    }
    const { get, set, ...rest } = Object.getOwnPropertyDescriptor(momento, 'CacheSet');
    assert.deepEqual(rest, { enumerable: true, configurable: true });
    assert.equal(get(), momento.CacheSet);
    assert.equal(Object.getOwnPropertyDescriptor(momento, 'CacheSet').value, momento.CacheSet);
    set(fake);
    assert.deepEqual([momento.CacheSet, get(), momento.CacheSet], [fake, fake, fake]);
    for (const [name, value] of Object.entries({ ...momento })) assert.equal(value, momento[name], name);
    assert.equal(momento.__esModule, true);
    assert.ok(!Object.keys(momento).includes('__esModule'));
    momento.getMomentoClient = momento.CacheGet = fake;
    assert.equal(momento.CacheGet, fake);
    Object.defineProperty(momento, 'CacheClient', { get: () => fake, configurable: true });
    assert.deepEqual([momento.getMomentoClient, momento.CacheClient], [fake, fake]);`,
    fileURLToPath(new URL('index.js', DIST)),
    String(Object.keys(imported).length),
  ]);
  assert.equal(status, 0, output);
});

async function evaluate(text, ...options) {
  const { status, output } = await run(process.execPath, [...options, '--input-type=module', '--eval', text]);
  return { status, output: output.trim() };
}

const LEXER = `process.moduleLoadList.some(name => name.includes('cjs-module-lexer/'))`;
const from = file => JSON.stringify(new URL(file, DIST).href);

test('import does not start the lexer of CommonJS, as an import of a CommonJS file does', async context => {
  const files = ['compression.js', ...FILES].map(file => evaluate(`import ${from(file)}; console.log(${LEXER})`));
  const [other, ...ours] = await Promise.all(files);
  if (other.output === 'false') return context.skip('this Node has no such lexer');
  assert.equal(other.output, 'true');
  assert.deepEqual(
    ours.map(each => each.output),
    FILES.map(() => 'false'),
  );
});

test('bundlers get an entry of their own, by the condition "module", and only for import', async () => {
  const text = `import { createRequire } from 'node:module';
    const { resolve } = createRequire(process.cwd() + '/here.js');
    console.log(import.meta.resolve('momento-lambda'), resolve('momento-lambda'));`;
  const index = fileURLToPath(new URL('index.js', DIST));
  const [node, bundler] = await Promise.all([evaluate(text), evaluate(text, '--conditions=module')]);
  assert.equal(node.output, `${new URL(FILES[0], DIST)} ${index}`);
  assert.equal(bundler.output, `${new URL('bundler.mjs', DIST)} ${index}`);
});

describe("Node's entry in a bundle, away from index.js", () => {
  let folder;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'momento-entries-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [what, text] of [
    ['nothing', undefined],
    ['a file of the same name', 'exports.handler = () => {};'],
    ['something that is no object', 'module.exports = 1;'],
  ]) {
    test(`says what to do, with ${what} in its place`, async () => {
      if (text !== undefined) writeFileSync(join(folder, 'index.js'), text);
      for (const file of FILES) {
        copyFileSync(new URL(file, DIST), join(folder, file));
        const { status, output } = await evaluate(`import ${JSON.stringify(pathToFileURL(join(folder, file)).href)}`);
        assert.equal(status, 1, output);
        assert.match(output, /Error: momento-lambda: .*condition "module" \(esbuild: --conditions=module\)/);
      }
    });
  }
});
