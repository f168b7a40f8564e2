// Makes what is shipped from what tsc wrote: one CommonJS file, an ES module with the same names, the command, and the
// files at the official SDK's paths (deep-paths.mjs).
//
// Problem: each file that `require` looks for, reads and wraps costs over half a millisecond, and so does every 20 KB of
// text, which is most of the package's loading time; and most of the text no function ever touches. Choice: the compiled
// files become functions in a few files. What a client needs at once is in index.js, found by tsc's own requires at the
// top of a file, and so is what most functions use; the rest of what is required inside functions is in dist/lazy, in a
// file per subject. A name of the package runs the module it comes from when it is first used. All is tsc's own output,
// so this takes no bundler. The command is a file with all that it needs.
//
// What is not in the file is required by name: for `require` with a variable, webpack puts an empty module in its place.
//
// `import` in Node gets index.mjs, which takes index.js by `createRequire`: with an `import` of it, Node would start its
// lexer of CommonJS, and for a file that is seen directly run it over the whole. Bundlers don't follow `createRequire`, so
// they get bundler.mjs, by the condition "module", which they read and Node does not.
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

const GENERATED_RESPONSES = /^\.\/responses\/.*\.generated$/;
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
 * For each name of the package: what gets it, by the functions of `lazyIndex`. The enums of responses are there as they
 * are: V8 copies a literal in less time than it takes to make a function that would give it.
 */
function expressions(names) {
  const modules = [...new Set([...names.values()].map(([module]) => module))];
  const expression = (name, [module, there]) => {
    const text = texts.get(module);
    const place = modules.indexOf(module);
    if (!GENERATED_RESPONSES.test(module)) return there === undefined ? `at(${place})` : `at(${place}).${name}`;
    const listed = pattern => [...text.matchAll(pattern)].map(match => match[1]).join(' ');
    const members = listed(new RegExp(`^ +${name}\\["(\\w+)"\\] = "\\1";`, 'gm'));
    if (members !== '') return { literal: `{ ${members.replace(/\w+/g, "$&: '$&',")} }` };
    const classes = listed(new RegExp(`^ +${name}\\.(\\w+) = \\1;`, 'gm'));
    return `classes.${classes.replaceAll(' ', '_')}(${place}, '${name}')`;
  };
  return { modules, list: [...names].map(([name, place]) => [name, expression(name, place)]) };
}

/** For each combination of response classes: what makes an object with a getter for each of them. */
function makers(list) {
  const combinations = new Set(list.flatMap(([, expression]) => /^classes\.(\w+)/.exec(expression)?.[1] ?? []));
  const getter = name => `get ${name}() { return at(place)[response].${name}; },\n`;
  const maker = names =>
    `${names}: (place, response) => (made[response] ??= {\n${names.split('_').map(getter).join('')}}),\n`;
  return [...combinations].map(maker).join('');
}

/**
 * The package's index: a getter per name. Names of responses are objects with a getter per class: an ES module reads every
 * name, and must not load every class by that. The getters are written out, as V8 makes an object of them in a fifth of
 * the time that it takes to define them one by one. The ES module would have each of them compiled for one call, so it
 * takes the functions behind them.
 */
function lazyIndex({ modules, list }) {
  const property = ([name, expression]) =>
    expression.literal ? `${name}: ${expression.literal},\n` : `get ${name}() { return ${expression}; },\n`;
  return `const modules = ${JSON.stringify(modules)};
const at = place => require(modules[place]);
const made = {};
const classes = {
${makers(list)}};
return Object.defineProperties({
${list.map(property).join('')}}, {
  __esModule: { value: true },
  [Symbol.for('momento-lambda')]: { value: { at, classes } },
});
`;
}

/**
 * The classes of a section's responses, each response's made when it is first asked for: a function uses few of them.
 * tsc's text has two blocks for each, the enum of the classes' `type` and the namespace with the classes.
 */
function lazyResponses(text) {
  const block =
    '^var (\\w+);\\n\\(function \\(#\\) \\{\\n[^]*?^\\}\\)\\(# \\|\\| \\(exports\\.# = # = \\{\\}\\)\\);\\n';
  const both = new RegExp(block.replaceAll('#', '\\1') + block.replaceAll('#', '\\2'), 'gm');
  const getters = [...text.matchAll(both)].map(([blocks, , name]) => {
    const own = blocks.replace(/exports\.(\w+) = \1 = /g, (whole, made) =>
      made === name ? `made.${name} = ${name} = ` : `${made} = `,
    );
    return `get ${name}() {\nif (made.${name}) return made.${name};\n${own}return ${name};\n},\n`;
  });
  const rest = text.replace(both, '').replace(/^(exports\.\w+ = )+void 0;\n/m, '');
  if (/exports|function/.test(rest.replace('Object.defineProperty(exports, "__esModule", { value: true });\n', ''))) {
    throw new Error(`response classes that are not as expected: ${rest}`);
  }
  const all = getters.join('').replace(/\bnew (Cache\w+)\./g, 'new all.$1.');
  return `${rest}const made = {};\nconst all = {\n${all}};\nreturn all;\n`;
}

/** What making a client needs, and every call. */
const AT_ONCE = ['./cache-client', './shared-client', './arguments', './replies', './responses/base', './collections'];
/** What most functions use one or another of: a file of their own would cost more than their text does. */
const OFTEN = [
  './credentials',
  './invocation',
  './operations/scalar.generated',
  './responses/scalar.generated',
  './responses/scalar',
];
/** What is behind names, besides configurations and middlewares. */
const BEHIND_RARER_NAMES = ['./batch-utils', './responses/control', './rpcs.generated', './snapshots'];

/**
 * In parentheses, as V8 reads a function once then, and not a second time when it is called. Not so those that may not be
 * called.
 */
function functions(modules, given = {}) {
  const text = name => {
    const [open, close] = OFTEN.includes(name) ? ['', ''] : ['(', ')'];
    return `'${name}': ${open}function (exports, require) {\n${given[name] ?? texts.get(name)}}${close},\n`;
  };
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
  const made = modules[name]((loaded[name] = {}), load);
  return made === undefined ? loaded[name] : (loaded[name] = made);
}
`;
}

/**
 * The file of dist/lazy for a module: one per section of operations, one for what stands behind the rarer names, one for
 * what has none. An ES module reads all names, so these are in few files.
 */
function subject(module) {
  if (/^\.\/(config|middleware)\//.test(module) || BEHIND_RARER_NAMES.includes(module)) return 'names';
  return module.match(/^\.\/(?:operations|responses)\/([\w-]+)/)?.[1] ?? 'rest';
}

const names = [...exportsOf('./index')].filter(([name]) => name !== '__esModule').sort(([a], [b]) => (a < b ? -1 : 1));
const renamed = names.find(([name, [, there]]) => there !== undefined && there !== name);
if (renamed) throw new Error(`lib/index.ts renames ${renamed[0]}: the lazy index has no words for that`);
const all = [...neededBy('./index', ANYWHERE), ...neededBy('./cache-client', ANYWHERE)];
const atOnce = new Set(['./index']);
for (const entry of AT_ONCE) neededBy(entry, AT_THE_TOP, atOnce);
const later = [...new Set(all)].filter(name => !atOnce.has(name) && !OFTEN.includes(name)).sort();
const subjects = [...new Set(later.map(subject))];
const lazy = later.map(name => `'${name}': () => require('./lazy/${subject(name)}.js'),\n`).join('');
const found = expressions(new Map(names));
const given = { './index': lazyIndex(found) };
for (const name of all.filter(each => GENERATED_RESPONSES.test(each))) given[name] = lazyResponses(texts.get(name));
const index = `${bundle([...atOnce, ...OFTEN], given, lazy, [...new Set(all)])}const key = Symbol.for('momento-lambda@${version}');
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
  writeFileSync(
    new URL(`lazy/${name}.js`, dist),
    `'use strict';\nmodule.exports = {\n${functions(modules, given)}};\n`,
  );
}
writeFileSync(new URL('doctor.js', dist), doctor, { mode: 0o755 });
rmSync(new URL('doctor.d.ts', dist));
const passed = found.list
  .map(([name, expression]) => `export const ${name} = ${expression.literal ? `momento.${name}` : expression};\n`)
  .join('');
const esModule = (file, momento) =>
  writeFileSync(
    new URL(file, dist),
    `${momento}\nconst { at, classes } = momento[Symbol.for('momento-lambda')];\n\n${passed}`,
  );
// A bundler that took this file all the same is told so when the bundle starts: index.js is not there, or is another, or
// there is no import.meta.url. Renamed, as the banner that a bundle often has declares createRequire itself.
esModule(
  'index.mjs',
  `import { createRequire as requireFrom } from 'node:module';

function whole() {
  try {
    const momento = requireFrom(import.meta.url)('./index.js');
    if (momento?.[Symbol.for('momento-lambda')]) return momento;
  } catch (error) {
    if (!['MODULE_NOT_FOUND', 'ERR_REQUIRE_ESM', 'ERR_INVALID_ARG_VALUE'].includes(error.code)) throw error;
  }
  throw new Error(
    'momento-lambda: a bundler took dist/index.mjs, which needs dist/index.js beside it. ' +
      'Give it the condition "module" (esbuild: --conditions=module), or leave the package out of the bundle.',
  );
}
const momento = whole();`,
);
// Rollup would take the default export of a file that says __esModule. And where Node is told to read "module", its lexer
// would take 50 ms over index.js; in this file there is nothing to look through.
writeFileSync(
  new URL('whole.cjs', dist),
  `'use strict';\nconst momento = require('./index.js');\nmodule.exports = momento;\n`,
);
esModule('bundler.mjs', `import momento from './whole.cjs';\n`);
writeFileSync(new URL('index.d.mts', dist), "export * from './index.js';\n");
writeDeepPaths(dist, new Set(names.map(([name]) => name)));
