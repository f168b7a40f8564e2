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
// `import` in Node gets index.mjs. It reads every name, so it has the functions behind all names in itself and needs
// neither the getters nor a second file. What it takes from Node it takes by `createRequire`: an `import` of index.js would
// start Node's lexer of CommonJS, one of `node:fs` and two others costs 2 ms. index-sync.mjs is the same for newer Nodes,
// by `process.getBuiltinModule`. Bundlers follow neither, so they get bundler.mjs, by the condition "module", which they
// read and Node does not.
//
// Two entries, or two copies under npm aliases (@gomomento/sdk and @gomomento/sdk-core), would be two sets of classes,
// and `instanceof` would fail between them. So the first that is loaded keeps what loads its modules under a global symbol
// with the version, and all others use that. The names are read from the text, because loading it needs the addon.

import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { writeDeepPaths } from './deep-paths.mjs';

const dist = new URL('../dist/', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const files = readdirSync(dist, { recursive: true }).filter(
  name => name.endsWith('.js') && statSync(new URL(name, dist)).isFile(),
);

/**
 * What a client that reads its settings from the environment, and fails in no call, never runs: required in the functions
 * that use it, and not at the top of the files that do.
 */
const RARELY = ['./errors', './config/native', './config/presets'];

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
  const named = text.replace(/require\(["'](\.[\w./-]+)["']\)/g, (whole, path) => {
    const place = posix.join(folder, path);
    return place.startsWith('../') ? whole : `require('./${place}')`;
  });
  return RARELY.reduce(requiredWhenUsed, named);
}

/** tsc names a module's exports by the module, always: so the module can be what a function gives. */
function requiredWhenUsed(text, module) {
  const [whole, variable] = text.match(new RegExp(`^const (\\w+) = (?=require\\('${module}'\\);)`, 'm')) ?? [];
  if (variable === undefined) return text;
  return text
    .replaceAll(new RegExp(`\\bnew ${variable}\\.(\\w+)`, 'g'), `new (${variable}().$1)`)
    .replaceAll(new RegExp(`\\b${variable}\\.`, 'g'), `${variable}().`)
    .replace(whole, `const ${variable} = () => `);
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

/** For each name of the package, what lib/names.ts finds in its table: [name, place in `modules` or '', what]. */
function rows(names) {
  const modules = [...new Set([...names.values()].map(([module]) => module))];
  const row = ([name, [module, there]]) => {
    const place = modules.indexOf(module);
    if (!GENERATED_RESPONSES.test(module)) return [name, place, there === undefined ? '*' : ''];
    const text = texts.get(module);
    const listed = pattern => [...text.matchAll(pattern)].map(match => match[1]).join('_');
    const members = listed(new RegExp(`^ +${name}\\["(\\w+)"\\] = "\\1";`, 'gm'));
    if (members !== '') return [name, '', members];
    return [name, place, listed(new RegExp(`^ +${name}\\.(\\w+) = \\1;`, 'gm'))];
  };
  return { modules, list: [...names].map(row) };
}

/** What `require` gives. Its own copy of lib/names.ts: an ES module, which may have been first, has none. */
const lazyIndex = ({ modules, list }) => `const table = ';${list.map(row => `${row.join(':')};`).join('')}';
const places = ${JSON.stringify(modules)};
module.exports = shared.exports ??= load('./names').names(table, places, shared.load, Symbol.for('momento-lambda'));
`;

/** What `import` gives, module by module. The enums are one literal, the responses one string. `load`: what gives modules. */
function exported({ modules, list }, load) {
  const literal = what => `{ ${what.replace(/[^_]+/g, "$&: '$&'").replaceAll('_', ', ')} }`;
  const kindOf = ([, place, what]) =>
    place === '' ? 'enums' : what === '*' ? 'whole' : what === '' ? place : 'responses';
  const those = kind => list.filter(row => kindOf(row) === kind);
  const pattern = kind =>
    `export const {\n${those(kind)
      .map(([name]) => `${name},\n`)
      .join('')}} =`;
  const ofModules = modules
    .filter((_, place) => those(place).length > 0)
    .map(module => `${pattern(modules.indexOf(module))} ${load}('${module}');\n`);
  const whole = those('whole').map(([name, place]) => `export const ${name} = ${load}('${modules[place]}');\n`);
  const enums = those('enums').map(([name, , what]) => `${name}: ${literal(what)},\n`);
  const responses = those('responses').map(row => row.join(':'));
  return `const classes = ${load}('./classes');
${pattern('enums')} classes.allEnums({
${enums.join('')}});
${pattern('responses')} classes.allResponses('${responses.join(';')}', ${JSON.stringify(modules)});
${ofModules.join('')}${whole.join('')}`;
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
const AT_ONCE = [
  './classes',
  './cache-client',
  './shared-client',
  './arguments',
  './replies',
  './responses/base',
  './collections',
];
/** What most functions use one or another of: a file of their own would cost more than their text does. */
const OFTEN = ['./invocation', './operations/scalar.generated', './responses/scalar.generated', './responses/scalar'];
/** What a client of its own needs besides. */
const FOR_OWN_CLIENT = ['native', 'presets', 'configuration', 'transport'].map(name => `./config/${name}`);
/** What is behind names, besides these, configurations and middlewares. */
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
  return `const modules = {
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
 * The file of dist/lazy for a module: one per section of operations, one for errors, one for what a client of its own needs
 * besides, one for what stands behind the rarer names, one for what has none.
 */
function subject(module) {
  if ([...FOR_OWN_CLIENT, './credentials'].includes(module)) return 'own-client';
  if (['./errors', './metadata'].includes(module)) return 'errors';
  if (module === './middleware/hooks') return 'rest';
  if (/^\.\/(config|middleware)\//.test(module) || BEHIND_RARER_NAMES.includes(module)) return 'names';
  return module.match(/^\.\/(?:operations|responses)\/([\w-]+)/)?.[1] ?? 'rest';
}

const names = [...exportsOf('./index')].filter(([name]) => name !== '__esModule').sort(([a], [b]) => (a < b ? -1 : 1));
const renamed = names.find(([name, [, there]]) => there !== undefined && there !== name);
if (renamed) throw new Error(`lib/index.ts renames ${renamed[0]}: the lazy index has no words for that`);
const all = [...new Set([...neededBy('./index', ANYWHERE), ...neededBy('./cache-client', ANYWHERE)])];
const atOnce = new Set();
for (const entry of AT_ONCE) neededBy(entry, AT_THE_TOP, atOnce);
const later = all.filter(name => name !== './index' && !atOnce.has(name) && !OFTEN.includes(name)).sort();
const lazy = later.map(name => `'${name}': () => require('./lazy/${subject(name)}.js'),\n`).join('');
const found = rows(new Map(names));
const given = {};
for (const name of all.filter(each => GENERATED_RESPONSES.test(each))) given[name] = lazyResponses(texts.get(name));
const always = [...atOnce, ...OFTEN];

/** Ends with `shared`, which gives modules as `load`. */
const entry = (
  modules,
  given,
) => `${bundle(modules, given, lazy, all)}const key = Symbol.for('momento-lambda@${version}');
if (!(key in globalThis)) {
  // An addon that does not load is told now, and not by the first name that is used.
  load('./native');
  globalThis[key] = { load };
}
const shared = globalThis[key];
`;
const write = (file, text, options) => writeFileSync(new URL(file, dist), text, options);

for (const file of files) rmSync(new URL(file, dist));
write(
  'index.js',
  `'use strict';
${entry(['./names', ...always], given)}${lazyIndex(found)}`,
);
mkdirSync(new URL('lazy', dist));
for (const name of new Set(later.map(subject))) {
  const modules = later.filter(module => subject(module) === name);
  write(`lazy/${name}.js`, `'use strict';\nmodule.exports = {\n${functions(modules, given)}};\n`);
}
const doctor = bundle([...neededBy('./doctor', ANYWHERE)]);
write('doctor.js', `#!/usr/bin/env node\n'use strict';\n${doctor}load('./doctor');\n`, { mode: 0o755 });
rmSync(new URL('doctor.d.ts', dist));

// A bundler that took this file all the same is told so when the bundle starts: dist/lazy is not there, or there is no
// import.meta.url. Renamed, as the banner that a bundle often has declares createRequire itself.
const behindNames = new Set();
for (const module of found.modules.filter(each => !GENERATED_RESPONSES.test(each))) {
  neededBy(module, AT_THE_TOP, behindNames);
}
const esModule = ways => `${ways}
if (!folder || !requireHere('node:fs').existsSync(folder + '/lazy')) {
  throw new Error(
    'momento-lambda: a bundler took a file of dist that needs dist/lazy beside it. ' +
      'Give it the condition "module" (esbuild: --conditions=module), or leave the package out of the bundle.',
  );
}
// In a function, for its names: the banner that a bundle often has declares them, too.
const shared = (function (require, __dirname) {
${entry([...new Set([...always, ...behindNames])], given)}return shared;
})(requireHere, folder);
${exported(found, 'shared.load')}`;
// The folder by require.resolve.paths: with URLs it takes 0.3 ms.
write(
  'index.mjs',
  esModule(`import { createRequire as requireFrom } from 'node:module';
const requireHere = import.meta.url && requireFrom(import.meta.url);
const [folder] = requireHere ? requireHere.resolve.paths('./') : [];`),
);
// What has the condition "module-sync" has the folder and Node's modules without a `require`, which saves 1.3 ms.
write(
  'index-sync.mjs',
  esModule(`const folder = import.meta.dirname;
let requireFile;
function requireHere(name) {
  if (name.startsWith('node:')) return process.getBuiltinModule(name);
  requireFile ??= process.getBuiltinModule('node:module').createRequire(import.meta.url);
  return requireFile(name);
}`),
);
// Rollup would take the default export of a file that says __esModule. And where Node is told to read "module", its lexer
// would take 50 ms over index.js; in this file there is nothing to look through.
write('whole.cjs', `'use strict';\nconst momento = require('./index.js');\nmodule.exports = momento;\n`);
write(
  'bundler.mjs',
  `import momento from './whole.cjs';
const load = momento[Symbol.for('momento-lambda')];
${exported(found, 'load')}`,
);
writeFileSync(new URL('index.d.mts', dist), "export * from './index.js';\n");
writeDeepPaths(dist, new Set(names.map(([name]) => name)));
