// Makes what is shipped from what tsc wrote: one CommonJS file, and an ES module with the same names.
//
// Problem: each file that `require` looks for, reads and wraps costs over half a millisecond, which is most of the
// package's loading time. Choice: the compiled files become functions in one file. They are tsc's own output, all in
// one folder, so this takes no bundler.
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

const names = [...new Set(namesOf('./index'))].filter(name => name !== '__esModule').sort();

const modules = [...texts].map(([name, text]) => `'${name}'(exports, require) {\n${text}},\n`);
const bundle = `'use strict';
const modules = {
${modules.join('')}};
const loaded = {};
function load(name) {
  if (!(name in modules)) return require(name);
  if (!(name in loaded)) modules[name]((loaded[name] = {}), load);
  return loaded[name];
}
module.exports = load('./index');
`;

for (const name of files) rmSync(new URL(name, dist));
writeFileSync(new URL('index.js', dist), bundle);
const passed = names.map(name => `export const ${name} = momento.${name};\n`);
writeFileSync(new URL('index.mjs', dist), `import momento from './index.js';\n\n${passed.join('')}`);
writeFileSync(new URL('index.d.mts', dist), "export * from './index.js';\n");
