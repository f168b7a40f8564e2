// Momento's published Node package through the cases that momento-lambda's own clients are held to.
//
// The cases say what the clients do. Where the official package does something else, differences.json says so and why;
// a difference that it does not list fails, and so does one that it lists and that is none (any more).

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {CannotExpress, callOf, difference, withHashes} from './node_calls.mjs';
import {connect, local, serve} from './official.mjs';
import {cases, check, summary} from './vectors.mjs';

const UNTIL_MS = 5_000;

/** The answer, or what was thrown instead. */
async function answer(client, step, names) {
  try {
    const [method, values] = callOf(await withHashes(client, step, names), names);
    return await client[method](...values);
  } catch (error) {
    if (error instanceof CannotExpress) throw error;
    return error;
  }
}

async function run(client, {written}, number) {
  const names = {$cache: `vector-${number}`, $other: `vector-${number}-other`};
  for (const step of [...(written.before ?? []), written]) expressible(step, names);
  await client.createCache(names.$cache);
  for (const step of written.before ?? []) {
    const came = await answer(client, step, names);
    if (came instanceof Error || came.type === 'Error') return `before: ${came}`;
  }
  const expected = written.node ?? written;
  const deadline = performance.now() + UNTIL_MS;
  let found;
  for (;;) {
    found = difference(expected, written, await answer(client, written, names), names);
    if (!found || !written.until || performance.now() > deadline) break;
    await sleep(10); // between two looks at something that takes its time on the server
  }
  await client.deleteCache(names.$cache);
  return found;
}

/** Throws where the SDK can't say this; what it refuses is the case's matter. */
function expressible(step, names) {
  const given = Object.entries(step.arguments).map(([name, value]) => [name, value?.hash_of ? 'hash' : value]);
  try {
    callOf({operation: step.operation, arguments: Object.fromEntries(given)}, names);
  } catch (error) {
    if (error instanceof CannotExpress) throw error;
  }
}

test('the published Node SDK differs where it is known to', async () => {
  const server = await serve();
  const client = await connect(local(server.port));
  const ran = [];
  let number = 0;
  let skipped = 0;
  try {
    for (const one of cases()) {
      number += 1;
      try {
        ran.push([one.name, one.group, await run(client, one, number)]);
      } catch (error) {
        if (!(error instanceof CannotExpress)) throw error;
        skipped += 1;
      }
    }
  } finally {
    client.close();
    await server.stop();
  }
  console.log(`official Node: ${ran.length} ran, ${skipped} skipped (it has no such operation or number)`);
  for (const line of summary(ran)) console.log(`  ${line}`);
  assert.deepEqual(check('node', ran), []);
  assert.ok(ran.length > 0);
});
