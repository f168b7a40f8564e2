// Every row of the operation table is in the client, in the client of one cache, in the types and in the documentation.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as momento from 'momento-lambda';

const read = path => readFileSync(new URL(path, import.meta.url), 'utf8');
const { operations } = JSON.parse(read('../../tests/parity/operations.json'));
const documentation = read('../../docs/operations.md');
const types = read('../dist/api.generated.d.ts');
const camel = name => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

test('the table has operations', () => assert.ok(operations.length > 0));

for (const operation of operations) {
  test(`${operation.name} is where it belongs`, () => {
    const name = camel(operation.name);
    assert.equal(typeof momento.CacheClient.prototype[name], 'function');
    assert.ok(momento[operation.response]?.Error, `${operation.response}.Error is exported`);
    assert.ok(documentation.includes(`## ${operation.name} / ${name}\n`));

    const required = operation.arguments.filter(argument => !argument.optional).map(argument => camel(argument.name));
    const declaration = types.match(new RegExp(`^    ${name}\\(([^;]*)\\): Promise<`, 'm'));
    assert.ok(declaration, `${name} is in the types`);
    const declared = [...declaration[1].matchAll(/(\w+)(\??):/g)].filter(([, , optional]) => !optional);
    assert.deepEqual(
      declared.map(([, argument]) => argument),
      required,
    );
    if (operation.service === 'data') {
      const client = new momento.CacheClient({
        credentialProvider: new momento.MomentoLocalProvider(),
        defaultTtlSeconds: 60,
      });
      assert.equal(typeof client.cache('cache')[name], 'function');
      client.close();
    }
  });
}
