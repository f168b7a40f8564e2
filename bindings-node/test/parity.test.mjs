// Every row of the operation table is in the client, in the client of one cache, in the types and in the documentation,
// with the arguments, the options and the defaults that the table says.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as momento from 'momento-lambda';

const read = path => readFileSync(new URL(path, import.meta.url), 'utf8');
const { operations } = JSON.parse(read('../../tests/parity/operations.json'));
const documentation = read('../../docs/operations.md');
const types = read('../dist/api.generated.d.ts');
const camel = name => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const nameOf = argument => argument.node ?? camel(argument.name);

/** A method's parameters in an interface: name, and whether it may be left out. */
function declared(where, name) {
  const [, body] = types.match(new RegExp(`interface ${where} \\{([^]*?)\\n\\}`));
  const [, list] = body.match(new RegExp(`^    ${name}\\(([^;]*?)\\): Promise<`, 'm'));
  return [...list.matchAll(/(\w+)(\??): /g)].map(([, parameter, mark]) => `${parameter}${mark}`);
}

/** What an options type has besides what all have. */
function optionsOf(type) {
  const [, body] = types.match(new RegExp(`interface ${type} extends CallOptions \\{([^]*?)\\n\\}`)) ?? [, ''];
  return [...body.matchAll(/^    (\w+)\?: /gm)].map(([, option]) => option);
}

// What there is before a method of its section is used, and what it gives way to.
const operationsPrototype = Object.getPrototypeOf(momento.CacheClient.prototype);
const standIns = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(operationsPrototype));

const client = new momento.CacheClient({
  credentialProvider: new momento.MomentoLocalProvider(),
  defaultTtlSeconds: 60,
});
const onOneCache = client.cache('cache');
client.close();

test('the table has operations', () => assert.ok(operations.length >= 75));

for (const operation of operations) {
  test(`${operation.name} is where it belongs`, async () => {
    const name = camel(operation.name);
    await client[name]();
    const method = momento.CacheClient.prototype[name];
    assert.equal(typeof method, 'function');
    const { value: standIn, ...attributes } = standIns[name];
    assert.deepEqual(attributes, { writable: true, enumerable: false, configurable: true });
    assert.deepEqual(Object.getOwnPropertyDescriptor(operationsPrototype, name), { ...attributes, value: method });
    assert.notEqual(standIn, method);
    assert.deepEqual([standIn.name, standIn.length], [method.name, method.length]);
    assert.ok(momento[operation.response]?.Error, `${operation.response}.Error is exported`);
    assert.ok(documentation.includes(`## ${operation.name} / ${name}\n`));

    const positional = operation.arguments.filter(argument => !argument.optional);
    const parameters = positional.map(argument => `${nameOf(argument)}${argument.default === undefined ? '' : '?'}`);
    assert.deepEqual(declared('ICacheClient', name), [...parameters, 'options?']);
    const options = operation.arguments.filter(argument => argument.optional).map(nameOf);
    const type = name[0].toUpperCase() + name.slice(1);
    assert.deepEqual(optionsOf(`${type}Options`), options);
    for (const argument of positional.filter(each => each.default !== undefined)) {
      const shown = new RegExp(`\\b${nameOf(argument)} = ${Number(argument.default)}\\b`);
      assert.match(String(method), shown, `${nameOf(argument)} has its default`);
    }
    if (operation.service === 'data') {
      assert.deepEqual(declared('IMomentoCache', name), [...parameters.slice(1), 'options?']);
      assert.equal(typeof onOneCache[name], 'function');
    }
  });
}
