// Makes what is shipped from what tsc wrote: one CommonJS file, an ES module with the same names, and the command.
//
// Problem: each file that `require` looks for, reads and wraps costs over half a millisecond, which is most of the
// package's loading time. Choice: the compiled files become functions in one file. They are tsc's own output, all in
// one folder, so this takes no bundler. The command is a second file with what it needs, so that a function does not
// load it.
//
// What is not in the file is required by name: for `require` with a variable, webpack puts an empty module in its place.
//
// Two builds would be two sets of classes, and `instanceof` would fail between them. So the ES module only passes on
// what the CommonJS one exports. The names are read from the text, because loading it needs the addon.

import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

const dist = new URL('../dist/', import.meta.url);
const files = readdirSync(dist).filter(name => name.endsWith('.js'));
const texts = new Map(files.map(name => [`./${name.slice(0, -3)}`, readFileSync(new URL(name, dist), 'utf8')]));

function namesOf(module) {
  const text = texts.get(module);
  const named = /^Object\.defineProperty\(exports, "(\w+)"|\(\w+ \|\| \(exports\.(\w+) = |^exports\.(\w+) = /gm;
  const own = [...text.matchAll(named)].map(match => match[1] ?? match[2] ?? match[3]);
  const passedOn = [...text.matchAll(/^__exportStar\(require\("([\w./-]+)"\)/gm)];
  return [...own, ...passedOn.flatMap(match => namesOf(match[1]))];
}

/** A module of ours and all that it requires. */
function neededBy(module, found = new Set()) {
  if (!texts.has(module) || found.has(module)) return found;
  found.add(module);
  for (const match of texts.get(module).matchAll(/require\(["'](\.\/[\w./-]+)["']\)/g)) neededBy(match[1], found);
  return found;
}

function bundle(entry) {
  const needed = neededBy(entry);
  const modules = [...texts].filter(([name]) => needed.has(name));
  const outside = modules.flatMap(([, text]) => [...text.matchAll(/require\(["']((?!\.\/)[\w./:-]+)["']\)/g)]);
  const names = [...new Set(outside.map(match => match[1]))];
  return `'use strict';
const modules = {
${modules.map(([name, text]) => `'${name}'(exports, require) {\n${text}},\n`).join('')}};
const outside = {
${names.map(name => `'${name}': () => require('${name}'),\n`).join('')}};
const loaded = {};
function load(name) {
  if (name in outside) return outside[name]();
  if (!(name in loaded)) modules[name]((loaded[name] = {}), load);
  return loaded[name];
}
module.exports = load('${entry}');
`;
}

const names = [...new Set(namesOf('./index'))].filter(name => name !== '__esModule').sort();
const index = bundle('./index');
const doctor = `#!/usr/bin/env node\n${bundle('./doctor')}`;

for (const name of files) rmSync(new URL(name, dist));
writeFileSync(new URL('index.js', dist), index);
writeFileSync(new URL('doctor.js', dist), doctor, { mode: 0o755 });
rmSync(new URL('doctor.d.ts', dist));
const passed = names.map(name => `export const ${name} = momento.${name};\n`);
writeFileSync(new URL('index.mjs', dist), `import momento from './index.js';\n\n${passed.join('')}`);
writeFileSync(new URL('index.d.mts', dist), "export * from './index.js';\n");
