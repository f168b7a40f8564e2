// The cases of tests/vectors as they stand there, behaviour sets included, and the list of known differences.
//
// tests/vectors/README.md describes the notation. Here nothing is known of an SDK. vectors.py is the same for Python.

import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';

const FOLDER = new URL('../vectors/', import.meta.url);
const read = url => JSON.parse(readFileSync(url, 'utf8'));
const files = url => readdirSync(url).filter(name => name.endsWith('.json')).sort();

export const operations = Object.fromEntries(
  read(new URL('../parity/operations.json', import.meta.url)).operations.map(row => [row.name, row]),
);

/** Every case: its name, the group it shares with the other cases of one argument of a set, and what is written. */
export function* cases() {
  for (const file of files(FOLDER)) {
    for (const written of read(new URL(file, FOLDER)).cases) {
      const name = `${file.replace('.json', '')}: ${written.name}`;
      yield {name, group: name, written};
    }
  }
  yield* fromSets();
}

function* fromSets() {
  const folder = new URL('sets/', FOLDER);
  const calls = read(new URL('calls.json', folder));
  for (const [operation, call] of Object.entries(calls)) {
    yield {name: `sets/calls: ${operation}`, group: '', written: {...call, operation, accepted: true}};
  }
  for (const file of files(folder).filter(name => name !== 'calls.json')) {
    const set = read(new URL(file, folder));
    for (const row of Object.values(operations)) {
      if (set.except?.includes(row.name)) continue;
      for (const {name, kind} of row.arguments) {
        if (kind !== set.kind || (set.names && !set.names.includes(name))) continue;
        for (const {argument, ...wanted} of set.cases) {
          const call = calls[row.name];
          const group = `sets/${file.replace('.json', '')}: ${wanted.name}`;
          const given = {...call.arguments, [name]: argument};
          const written = {...call, ...wanted, operation: row.name, arguments: given};
          yield {name: `${group}: ${row.name}, ${name}`, group, written};
        }
      }
    }
  }
}

/** One line for each group of cases that differ: an argument of a behaviour set, or a case of its own. */
export function summary(ran) {
  const found = new Map();
  for (const [name, group, difference] of ran) {
    if (difference) found.set(group || name, [...(found.get(group || name) ?? []), difference]);
  }
  return [...found].map(([name, all]) => `differs: ${name} (${all.length} calls): ${all[0]}`);
}

/**
 * What is wrong: differences that differences.json does not list, and what it lists that does not differ. `ran` holds
 * [name, group, difference or undefined] for each case; a listed group stands for all of its cases.
 */
export function check(language, ran) {
  const listed = new Set();
  for (const {reason, cases} of read(new URL('differences.json', import.meta.url))[language]) {
    assert.ok(reason);
    for (const name of cases) listed.add(name);
  }
  const wrong = [];
  const met = new Set();
  for (const [name, group, difference] of ran) {
    met.add(name).add(group);
    const known = listed.has(name) || listed.has(group);
    if (difference && !known) wrong.push(`differs: ${name}: ${difference}`);
    if (known && !difference) wrong.push(`no longer differs, take it out of differences.json: ${name}`);
  }
  const stale = [...listed].filter(name => !met.has(name));
  return [...wrong, ...stale.map(name => `listed in differences.json, but did not run: ${name}`)];
}
