// The cases that all languages share: tests/vectors, described in its README.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { CacheClient, CredentialProvider } from 'momento-lambda';
import { argument, call, operations } from './vectors/arguments.mjs';
import { matches } from './vectors/replies.mjs';
import { startMomento } from './servers.mjs';

const FOLDER = new URL('../../tests/vectors/', import.meta.url);
const REPEATED_FOR = 5_000;
// Each case has a cache of its own.
const AT_A_TIME = { concurrency: 16 };

const read = (folder, name) => JSON.parse(readFileSync(new URL(name, folder)));
const jsonIn = folder => readdirSync(folder).filter(name => name.endsWith('.json'));

let server;
let client;
let count = 0;

before(async () => {
  server = await startMomento();
  client = new CacheClient({
    credentialProvider: CredentialProvider.forMomentoLocal({ port: server.port }),
    defaultTtlSeconds: 60,
  });
});

after(async () => {
  client.close();
  await server.stop();
  console.log(`vectors: ${count} run, 0 skipped`);
});

/** `{"hash_of": VALUE}` anywhere in the arguments: the hash that the server tells for that value. */
async function withHashes(value, names) {
  if (Array.isArray(value)) return Promise.all(value.map(element => withHashes(element, names)));
  if (value === null || typeof value !== 'object') return value;
  if ('hash_of' in value) {
    const stored = await client.setWithHash(names.$cache, 'hash of', argument('bytes', value.hash_of, names));
    await client.delete(names.$cache, 'hash of');
    return { base64: Buffer.from(stored.hashUint8Array()).toString('base64') };
  }
  const entries = Object.entries(value).map(async ([name, inner]) => [name, await withHashes(inner, names)]);
  return Object.fromEntries(await Promise.all(entries));
}

/** Whether the answer or error is the one that the vector expects: throws if not. */
function judge({ reply, error, accepted }, response, names, hashes) {
  if (accepted) {
    const refused = response.type === 'Error' && response.errorCode() === 'INVALID_ARGUMENT_ERROR';
    assert.ok(!refused, String(response));
  } else if (error) {
    assert.equal(response.type, 'Error', String(response));
    assert.equal(response.errorCode(), error.code, String(response));
    const message = response.message().toLowerCase();
    assert.ok(message.includes(error.message.toLowerCase()), response.message());
  } else {
    matches(reply, response, names, hashes);
  }
}

function fits(expected, response, names, hashes) {
  try {
    judge(expected, response, names, hashes);
    return true;
  } catch {
    return false;
  }
}

async function check(vector) {
  count += 1;
  const names = { $cache: `vector-${randomUUID()}`, $other: `other-${randomUUID()}` };
  assert.equal((await client.createCache(names.$cache)).type, 'Success');
  const run = async step => call(client, { ...step, arguments: await withHashes(step.arguments, names) }, names);
  for (const step of vector.before ?? []) {
    const response = await run(step);
    assert.notEqual(response.type, 'Error', `${step.operation}: ${response}`);
    if (step.operation === 'create_signing_key') names.$signing_key = response.getKeyId();
  }
  const expected = { reply: vector.reply, error: vector.error, accepted: vector.accepted, ...vector.node };
  if (vector.node?.error) delete expected.reply;
  if (vector.node?.reply) delete expected.error;
  const hashes = async () => withHashes({ hash: { hash_of: expected.reply.value } }, names);
  const hash =
    expected.reply?.variant === 'Hit' && operations[vector.operation].reply === 'hashed_value' ? hashes : null;
  let response = await run(vector);
  const deadline = performance.now() + REPEATED_FOR;
  while (vector.until && !fits(expected, response, names) && performance.now() < deadline) response = await run(vector);
  judge(expected, response, names, hash && (await hash()).hash);
  for (const name of [names.$cache, names.$other]) await client.deleteCache(name);
}

for (const file of jsonIn(FOLDER)) {
  describe(file, AT_A_TIME, () => {
    for (const vector of read(FOLDER, file).cases) test(vector.name, { timeout: 60_000 }, () => check(vector));
  });
}

// Each argument of a set in each good call that takes one of its kind.
const sets = new URL('sets/', FOLDER);
const calls = read(sets, 'calls.json');
for (const file of jsonIn(sets).filter(name => name !== 'calls.json')) {
  const { kind, names, except = [], cases } = read(sets, file);
  const taking = Object.values(operations).filter(operation => !except.includes(operation.name));
  describe(`sets/${file}`, AT_A_TIME, () => {
    for (const { name: operation, arguments: taken } of taking) {
      const fitting = taken.filter(({ name, kind: its }) => its === kind && (names?.includes(name) ?? true));
      for (const { name: place } of fitting) {
        for (const { name, argument: value, ...expected } of cases) {
          const { before: first, arguments: good } = calls[operation];
          const vector = { before: first, operation, arguments: { ...good, [place]: value }, ...expected };
          test(`${operation} with ${place}: ${name}`, { timeout: 60_000 }, () => check(vector));
        }
      }
    }
  });
}
