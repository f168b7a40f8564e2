// The cases that all languages share: tests/vectors, described in its README.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { CacheClient, CredentialProvider } from 'momento-lambda';
import { startMomento } from './servers.mjs';

const FOLDER = new URL('../../tests/vectors/', import.meta.url);
const TABLE = new URL('../../tests/parity/operations.json', import.meta.url);
const REPEATED_FOR = 5_000;

const operations = Object.fromEntries(
  JSON.parse(readFileSync(TABLE)).operations.map(operation => [operation.name, operation]),
);
const camel = name => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

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

function argument(value, names) {
  if (typeof value === 'string') return names[value] ?? value;
  if ('base64' in value) return new Uint8Array(Buffer.from(value.base64, 'base64'));
  if ('repeat' in value) return value.repeat.repeat(value.times);
  if ('seconds' in value) return value.seconds;
  if ('raw' in value) return value.raw;
  throw new Error(`what is ${JSON.stringify(value)}?`);
}

function call({ operation, arguments: given }, names) {
  const values = [];
  const options = {};
  for (const { name, optional } of operations[operation].arguments) {
    const value = name in given ? argument(given[name], names) : undefined;
    if (!optional) values.push(value);
    else if (name in given) options[camel(name)] = value;
  }
  if (Object.keys(options).length > 0) values.push(options);
  return client[camel(operation)](...values);
}

function matches(expected, response, names) {
  assert.equal(response.type, expected.variant, String(response));
  if ('value' in expected) {
    const value = argument(expected.value, names);
    const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value);
    assert.deepEqual(Buffer.from(response.valueUint8Array()), bytes);
    if (typeof value === 'string') {
      assert.equal(response.valueString(), value);
      assert.equal(response.value(), value);
    }
  }
  if ('includes_cache' in expected) {
    const listed = response.getCaches().map(cache => cache.getName());
    assert.ok(listed.includes(argument(expected.includes_cache, names)), listed.join(', '));
  }
}

async function check(vector) {
  const names = { $cache: `vector-${randomUUID()}`, $other: `other-${randomUUID()}` };
  assert.equal((await client.createCache(names.$cache)).type, 'Success');
  for (const step of vector.before ?? []) {
    const response = await call(step, names);
    assert.notEqual(response.type, 'Error', String(response));
  }
  let response = await call(vector, names);
  const deadline = performance.now() + REPEATED_FOR;
  while (vector.until && response.type !== vector.reply.variant && performance.now() < deadline) {
    response = await call(vector, names);
  }
  if (vector.error) {
    assert.equal(response.type, 'Error', String(response));
    assert.equal(response.errorCode(), vector.error.code, String(response));
    const message = response.message().toLowerCase();
    assert.ok(message.includes(vector.error.message.toLowerCase()), response.message());
  } else {
    matches(vector.reply, response, names);
  }
  await client.deleteCache(names.$cache);
}

for (const file of readdirSync(FOLDER).filter(name => name.endsWith('.json'))) {
  for (const vector of JSON.parse(readFileSync(new URL(file, FOLDER))).cases) {
    test(`${file}: ${vector.name}`, { timeout: 30_000 }, async () => {
      count += 1;
      await check(vector);
    });
  }
}
