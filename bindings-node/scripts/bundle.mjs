// Makes what is shipped from what tsc wrote: one CommonJS file, an ES module with the same names, the command, and the
// files at the official SDK's paths (deep-paths.mjs).
//
// Problem: each file that `require` looks for, reads and wraps costs over half a millisecond, and so does every 20 KB of
// text, which is most of the package's loading time; and most of the text no function ever touches. Choice: the compiled
// files become functions in a few files. What a client needs at once is in index.js, found by tsc's own requires at the
// top of a file; what is required inside functions is in dist/lazy, in a file per subject. A name of the package runs the
// module it comes from when it is first used. All is tsc's own output, so this takes no bundler. The command is a file
// with all that it needs.
//
// What is not in the file is required by name: for `require` with a variable, webpack puts an empty module in its place.
//
// Two builds, or two copies under npm aliases (@gomomento/sdk and @gomomento/sdk-core), would be two sets of classes,
// and `instanceof` would fail between them. So the first copy that is loaded keeps its exports under a global symbol
// with the version, later ones give the same ones out, and so does the ES module. The names are read from the text,
// because loading it needs the addon.

import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { writeDeepPaths } from './deep-paths.mjs';

const dist = new URL('../dist/', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const files = readdirSync(dist, { recursive: true }).filter(
  name => name.endsWith('.js') && statSync(new URL(name, dist)).isFile(),
);

/**
 * A module's text; what it requires of ours is named from the root, so that one table serves all. Comments are for the
 * declarations: here they are a third of what has to be read.
 */
function textOf(file) {
  const folder = posix.dirname(file);
  const text = readFileSync(new URL(file, dist), 'utf8')
    .replace(/^"use strict";\n/, '')
    .replace(/^ *\/\*\*[^]*?\*\/\n/gm, '')
    .replace(/^ *\/\/ .*\n/gm, '');
  return text.replace(/require\(["'](\.[\w./-]+)["']\)/g, (whole, path) => {
    const place = posix.join(folder, path);
    return place.startsWith('../') ? whole : `require('./${place}')`;
  });
}

const texts = new Map(files.map(file => [`./${file.slice(0, -3)}`, textOf(file)]));

/** The names that a module exports, each with the module it comes from and its name there. */
function exportsOf(module) {
  const text = texts.get(module);
  const required = new Map(
    [...text.matchAll(/(?:const|var) (\w+) = require\('(\.[\w./-]+)'\)/g)].map(m => [m[1], m[2]]),
  );
  const found = new Map();
  const from = /^Object\.defineProperty\(exports, "(\w+)", .*return (\w+)\.(\w+); \} \}\);/gm;
  for (const [, name, variable, there] of text.matchAll(from)) found.set(name, [required.get(variable), there]);
  for (const [, name, path] of text.matchAll(/^exports\.(\w+) = __importStar\(require\('(\.[\w./-]+)'\)\)/gm)) {
    found.set(name, [path]);
  }
  for (const [, name] of text.matchAll(/\(\w+ \|\| \(exports\.(\w+) = /g)) found.set(name, [module, name]);
  for (const [, name] of text.matchAll(/^exports\.(\w+) = (?!__importStar)/gm)) {
    if (!found.has(name)) found.set(name, [module, name]);
  }
  for (const [, path] of text.matchAll(/^__exportStar\(require\('(\.[\w./-]+)'\)/gm)) {
    for (const [name, place] of exportsOf(path)) found.set(name, place);
  }
  return found;
}

const ANYWHERE = /require\('(\.\/[\w./-]+)'\)/g;
const AT_THE_TOP = /^(?:const|var) \w+ = (?:__importStar\()?require\('(\.\/[\w./-]+)'\)/gm;

/** A module of ours and all that it requires. */
function neededBy(module, pattern, found = new Set()) {
  if (!texts.has(module) || found.has(module)) return found;
  found.add(module);
  for (const match of texts.get(module).matchAll(pattern)) neededBy(match[1], pattern, found);
  return found;
}

/**
 * The package's index: a getter per name. Names of responses are objects with a getter per class, and their enums are
 * made here: an ES module reads every name, and must not load every class by that.
 */
function lazyIndex(names) {
  const plain = new Map();
  const responses = new Map();
  const enums = [];
  const add = (map, module, text) => map.set(module, [...(map.get(module) ?? []), text]);
  for (const [name, [module, there]] of names) {
    const text = texts.get(module);
    const members = [...text.matchAll(new RegExp(`^ +${name}\\["(\\w+)"\\] = "\\1";`, 'gm'))].map(match => match[1]);
    const classes = [...text.matchAll(new RegExp(`^ +${name}\\.(\\w+) = \\1;`, 'gm'))].map(match => match[1]);
    if (!/^\.\/responses\/.*\.generated$/.test(module)) add(plain, module, there === undefined ? `${name}=` : name);
    else if (members.length > 0) enums.push(`${name}:${members}`);
    else add(responses, module, `${name}:${classes}`);
  }
  const table = map => [...map].map(([module, list]) => `'${module}': '${list.join(' ')}',\n`).join('');
  return `const names = {\n${table(plain)}};
const responses = {\n${table(responses)}};
const enums = '${enums.join(' ')}';
const getter = (object, name, get) => Object.defineProperty(object, name, { enumerable: true, configurable: true, get });
Object.defineProperty(exports, '__esModule', { value: true });
for (const module in names) {
  for (const name of names[module].split(' ')) {
    const whole = name.endsWith('=');
    getter(exports, whole ? name.slice(0, -1) : name, whole ? () => require(module) : () => require(module)[name]);
  }
}
const made = {};
function namespace(module, response) {
  const [name, classes] = response.split(':');
  const all = {};
  for (const variant of classes.split(',')) getter(all, variant, () => require(module)[name][variant]);
  return all;
}
const members = type => Object.fromEntries(type.split(':')[1].split(',').map(member => [member, member]));
function response(text, make) {
  const name = text.slice(0, text.indexOf(':'));
  getter(exports, name, () => (made[name] ??= make()));
}
for (const module in responses) {
  for (const text of responses[module].split(' ')) response(text, () => namespace(module, text));
}
for (const text of enums.split(' ')) response(text, () => members(text));
`;
}

/** In parentheses, as V8 reads a function once then, and not a second time when it is called. */
function functions(modules, given = {}) {
  const text = name => `'${name}': (function (exports, require) {\n${given[name] ?? texts.get(name)}}),\n`;
  return modules.map(text).join('');
}

/** What these modules require that is not ours. */
function outside(modules) {
  const required = modules.flatMap(name => [...texts.get(name).matchAll(/require\(["']((?!\.\/)[\w./:-]+)["']\)/g)]);
  return [...new Set(required.map(match => match[1]))].map(name => `'${name}': () => require('${name}'),\n`).join('');
}

function bundle(modules, given, lazy = '', all = modules) {
  return `'use strict';
const modules = {
${functions(modules, given)}};
const outside = {
${outside(all)}};
const lazy = {
${lazy}};
const loaded = {};
function load(name) {
  if (name in loaded) return loaded[name];
  if (name in outside) return outside[name]();
  if (!(name in modules)) Object.assign(modules, lazy[name]());
  modules[name]((loaded[name] = {}), load);
  return loaded[name];
}
`;
}

/** What making a client needs, and every call. */
const AT_ONCE = ['./cache-client', './shared-client', './arguments', './replies', './responses/base'];
/** What a function in production uses besides calls. */
const OF_FUNCTIONS = ['counters', 'invocation', 'snapshots'];

/** The file of dist/lazy for a module: one per section of operations, one for middlewares, one for what configures, ... */
function subject(module) {
  const [, folder, name] = module.match(/^\.\/(?:(\w+)\/)?([\w-]+)/);
  if (OF_FUNCTIONS.includes(name)) return 'invocation';
  if (module === './credentials') return name;
  return folder === 'responses' || folder === 'operations' ? name : (folder ?? 'rest');
}

const names = [...exportsOf('./index')].filter(([name]) => name !== '__esModule').sort(([a], [b]) => (a < b ? -1 : 1));
const renamed = names.find(([name, [, there]]) => there !== undefined && there !== name);
if (renamed) throw new Error(`lib/index.ts renames ${renamed[0]}: the lazy index has no words for that`);
const all = [...neededBy('./index', ANYWHERE), ...neededBy('./cache-client', ANYWHERE)];
const atOnce = new Set(['./index']);
for (const entry of AT_ONCE) neededBy(entry, AT_THE_TOP, atOnce);
const later = [...new Set(all)].filter(name => !atOnce.has(name)).sort();
const subjects = [...new Set(later.map(subject))];
const lazy = later.map(name => `'${name}': () => require('./lazy/${subject(name)}.js'),\n`).join('');
const given = { './index': lazyIndex(names) };
const index = `${bundle([...atOnce], given, lazy, [...new Set(all)])}const key = Symbol.for('momento-lambda@${version}');
if (!(key in globalThis)) {
  // An addon that does not load is told now, and not by the first name that is used.
  load('./native');
  globalThis[key] = load('./index');
}
module.exports = globalThis[key];
`;
const doctor = `#!/usr/bin/env node\n${bundle([...neededBy('./doctor', ANYWHERE)])}load('./doctor');\n`;

for (const file of files) rmSync(new URL(file, dist));
writeFileSync(new URL('index.js', dist), index);
mkdirSync(new URL('lazy', dist));
for (const name of subjects) {
  const modules = later.filter(module => subject(module) === name);
  writeFileSync(new URL(`lazy/${name}.js`, dist), `'use strict';\nmodule.exports = {\n${functions(modules)}};\n`);
}
writeFileSync(new URL('doctor.js', dist), doctor, { mode: 0o755 });
rmSync(new URL('doctor.d.ts', dist));
// Node looks through a CommonJS file that an ES module imports for the names it exports, letter by letter: 50 ms for
// index.js. This file has nothing to look through.
writeFileSync(
  new URL('whole.cjs', dist),
  `'use strict';\nconst momento = require('./index.js');\nmodule.exports = momento;\n`,
);
const passed = names.map(([name]) => `export const ${name} = momento.${name};\n`);
writeFileSync(new URL('index.mjs', dist), `import momento from './whole.cjs';\n\n${passed.join('')}`);
writeFileSync(new URL('index.d.mts', dist), "export * from './index.js';\n");
writeDeepPaths(dist, new Set(names.map(([name]) => name)));
