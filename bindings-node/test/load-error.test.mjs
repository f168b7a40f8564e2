// An addon that does not load: one sentence that names the reason and the command that mends it.
//
// Real files, made wrong: a copy of the package whose addon is missing, for another processor or system, asks for a newer
// glibc, or is damaged. What this machine can't be is told to the process before the package is loaded.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const here = `${process.platform}-${process.arch}`;
const linux = { skip: process.platform !== 'linux' && 'tampers with an ELF file, which only Linux loads' };
const folders = [];
after(() => folders.forEach(folder => rmSync(folder, { recursive: true })));

/** A copy of the package in a node_modules folder of its own; gives its addon's path. */
function broken() {
  const folder = mkdtempSync(join(tmpdir(), 'load-error-'));
  folders.push(folder);
  const copy = join(folder, 'node_modules', 'momento-lambda');
  mkdirSync(copy, { recursive: true });
  for (const name of ['package.json', 'dist', ...readdirSync(PACKAGE).filter(name => name.endsWith('.node'))]) {
    cpSync(join(PACKAGE, name), join(copy, name), { recursive: true });
  }
  const [addon] = readdirSync(copy).filter(name => name.endsWith('.node'));
  return { folder, modules: join(folder, 'node_modules'), addon: join(copy, addon) };
}

/** What the user's `require` throws. `before` runs first, in the same process. */
function sentence({ folder }, before = '') {
  const program = `${before};
    try { require('momento-lambda'); } catch (error) { console.log(error.message); process.exit(error.cause ? 3 : 4); }`;
  const done = spawnSync(process.execPath, ['-e', program], { cwd: folder, encoding: 'utf8', timeout: 30_000 });
  assert.equal(done.status, 3, done.stderr);
  const lines = done.stdout.trim().split('\n');
  assert.equal(lines.length, 1, done.stdout);
  assert.match(lines[0], /\.$/, 'a whole sentence');
  return lines[0];
}

function change({ addon }, edit) {
  const content = readFileSync(addon);
  writeFileSync(addon, edit(content) ?? content);
}

test('a missing addon', () => {
  const copy = broken();
  rmSync(copy.addon);
  const said = sentence(copy);
  assert.match(said, new RegExp(`addon for ${here} is missing from this installation; `));
  assert.match(said, new RegExp(`npm install --os=${process.platform} --cpu=${process.arch}.* momento-lambda`));
});

test("an installation for another platform's addon", () => {
  const copy = broken();
  rmSync(copy.addon);
  mkdirSync(join(copy.modules, 'momento-lambda-sunos-x64'));
  mkdirSync(join(copy.modules, 'momento-lambda-darwin-riscv64'));
  assert.match(sentence(copy), /\(it has momento-lambda-darwin-riscv64\)/);
});

test('an addon for another processor', linux, () => {
  const copy = broken();
  const [number, other] = process.arch === 'x64' ? [183, 'arm64'] : [62, 'x64'];
  change(copy, content => void content.writeUInt16LE(number, 18));
  assert.match(sentence(copy), new RegExp(`is built for linux-${other}, and this Node runs on ${here}; `));
});

for (const [magic, system] of [
  ['cffaedfe', 'darwin'],
  ['4d5a9000', 'win32'],
]) {
  test(`an addon for ${system}`, linux, () => {
    const copy = broken();
    change(copy, content => void content.write(magic, 0, 'hex'));
    assert.match(sentence(copy), new RegExp(`is built for ${system}-.*, and this Node runs on ${here}; `));
  });
}

test('an addon that asks for a newer glibc', linux, () => {
  const copy = broken();
  change(copy, content => {
    const text = content.toString('latin1');
    const needed = ['GLIBC_2.34', 'GLIBC_2.17', 'GLIBC_2.14'].find(name => text.includes(`${name}\0`));
    assert.ok(needed, 'the addon names no version that this test knows');
    return Buffer.from(text.replaceAll(`${needed}\0`, 'GLIBC_9.99\0'), 'latin1');
  });
  const { glibcVersionRuntime } = process.report.getReport().header;
  assert.ok(sentence(copy).includes(`needs glibc 9.99, and this system has ${glibcVersionRuntime}: `));
});

for (const kept of [0, 7, 63]) {
  test(`an addon cut off after ${kept} bytes`, linux, () => {
    const copy = broken();
    truncateSync(copy.addon, kept);
    assert.match(sentence(copy), /\.node is damaged \(.*npm install/);
  });
}

test('an addon that is a folder', () => {
  const copy = broken();
  rmSync(copy.addon);
  mkdirSync(copy.addon);
  writeFileSync(join(copy.addon, 'index.js'), 'throw new Error("not an addon")');
  assert.match(sentence(copy), /can't be read \(EISDIR/);
});

test('musl, as on Alpine', linux, () => {
  const copy = broken();
  change(copy, content => void content.write('\0\0', 4)); // no class, no byte order: no loader takes it
  const musl =
    'const r = process.report.getReport(); delete r.header.glibcVersionRuntime; process.report.getReport = () => r';
  assert.match(
    sentence(copy, musl),
    /is built for glibc, and this Node runs on another C library \(musl, as on Alpine\)/,
  );
});

test('a platform that has no addon', () => {
  const copy = broken();
  rmSync(copy.addon);
  const said = sentence(copy, 'Object.defineProperty(process, "arch", { value: "s390x" })');
  assert.match(said, /has no addon for \w+-s390x, only for linux-x64, linux-arm64/);
});

test('a Node that is too old', () => {
  const copy = broken();
  rmSync(copy.addon);
  const old = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "16.20.0" } })';
  assert.match(sentence(copy, old), /needs Node 18 or newer/);
});
