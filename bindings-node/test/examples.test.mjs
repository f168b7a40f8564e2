// Every example of docs/operations.md, run as it stands.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import * as momento from 'momento-lambda';
import { startMomento } from './servers.mjs';

const DOCUMENTATION = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const EXAMPLES = [...DOCUMENTATION.matchAll(/\n## \w+ \/ (\w+)\n.*?```js\n(.*?)```/gs)].map(([, name, code]) => [
  name,
  code,
]);
// Only a key that there is can be revoked, and the example does not make one.
const MAY_FAIL = ['revokeSigningKey'];

let server;
let client;

before(async () => {
  server = await startMomento();
  client = new momento.CacheClient({
    credentialProvider: momento.CredentialProvider.forMomentoLocal({ port: server.port }),
    defaultTtlSeconds: 60,
  });
});

after(async () => {
  client.close();
  await server.stop();
});

// A cache named `cache` in which most examples find what they look for.
beforeEach(async () => {
  await client.deleteCache('cache');
  await client.createCache('cache');
  await client.set('cache', 'key', '5');
  await client.dictionarySetFields('cache', 'dictionary', { field: '5', other: 'value' });
  await client.setAddElements('cache', 'set', ['element', 'other']);
  await client.listConcatenateBack('cache', 'list', ['value', 'other']);
  await client.sortedSetPutElements('cache', 'sorted-set', { value: 1, other: 2 });
});

test('every operation has an example', () => {
  assert.ok(EXAMPLES.length > 70);
  assert.equal(EXAMPLES.length, [...DOCUMENTATION.matchAll(/\n## \w+ \/ /g)].length);
});

for (const [name, code] of EXAMPLES) {
  test(`example of ${name}`, async () => {
    const used = [...new Set(code.match(/\b[A-Z]\w+/g) ?? [])].filter(word => word in momento);
    const printed = [];
    const console = { log: (...values) => printed.push(values) };
    const AsyncFunction = (async () => {}).constructor;
    const run = new AsyncFunction('client', 'console', ...used, `${code}\nreturn response;`);
    const response = await run(client, console, ...used.map(word => momento[word]));
    if (!MAY_FAIL.includes(name)) assert.notEqual(response.type, 'Error', String(response));
    if (response.type === 'Hit') assert.equal(printed.length, 1, `${response} was not printed`);
  });
}
