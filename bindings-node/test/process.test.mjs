// The client and its process: it never keeps one alive that has nothing to do, and threads come and go.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { v1 } from './keys.mjs';
import { awsEnvironment, run, startMomento, startSecrets, startSilence, timed } from './servers.mjs';

const program = name => fileURLToPath(new URL(`programs/${name}`, import.meta.url));
const timeout = 60_000;
let server;

before(async () => {
  server = await startMomento();
});

after(() => server.stop());

async function runProgram(name, environment, deadline, ...parameters) {
  const ended = await run(process.execPath, [program(name), ...parameters], { environment, deadline });
  assert.equal(ended.status, 0, `${name}: ${ended.signal}\n${ended.output}`);
  return ended.output;
}

test('an idle process ends by itself, with its client open', { timeout }, async () => {
  const output = await runProgram('idle.mjs', { MOMENTO_AUTH_TOKEN: v1(server.url) }, 10_000);
  assert.match(output, /Miss/);
});

test('CommonJS and the curried client work in a process of their own', { timeout }, async () => {
  const output = await runProgram('required.cjs', { MOMENTO_AUTH_TOKEN: v1(server.url) }, 10_000);
  assert.match(output, /Hit: value/);
});

test('a look-up in the background does not keep the process', { timeout }, async t => {
  const secrets = await startSecrets('--mode', 'silent');
  t.after(() => secrets.stop());
  const environment = { ...awsEnvironment(secrets), MOMENTO_SECRET_ID: 'momento' };
  const { milliseconds } = await timed(() => runProgram('untouched.mjs', environment, 10_000));
  assert.ok(milliseconds < 3_000, `${milliseconds} ms`);
});

test('a call under way keeps the process until it is answered', { timeout }, async t => {
  const silence = await startSilence();
  t.after(() => silence.stop());
  const output = await runProgram('waiting.mjs', { MOMENTO_AUTH_TOKEN: v1(silence.url) }, 10_000);
  assert.match(output, /TIMEOUT_ERROR/);
});

test('threads start, stop and are stopped with calls under way', { timeout }, async t => {
  const silence = await startSilence();
  t.after(() => silence.stop());
  const environment = { LIVE_KEY: v1(server.url), SILENT_KEY: v1(silence.url) };
  for (const name of ['threads.mjs', 'threads-only.mjs']) {
    assert.match(await runProgram(name, environment, 40_000), /all ended/);
  }
});

const linux = existsSync('/proc/self/task') ? false : 'NOT RUN: counts what /proc shows';

test('threads that are terminated leave nothing', { timeout, skip: linux }, async t => {
  const silence = await startSilence();
  t.after(() => silence.stop());
  const environment = { LIVE_KEY: v1(server.url), SILENT_KEY: v1(silence.url) };
  assert.match(await runProgram('crowd.mjs', environment, 40_000), /all ended/);
});

test('threads share a client and its connection', { timeout }, async () => {
  await server.reset();
  assert.match(await runProgram('together.mjs', { LIVE_KEY: v1(server.url) }, 20_000), /all right/);
  assert.equal((await server.counters()).connections, 1);
});

test('a process may end while calls are under way', { timeout }, async t => {
  const silence = await startSilence();
  t.after(() => silence.stop());
  const environment = { MOMENTO_AUTH_TOKEN: v1(silence.url) };
  for (const way of ['exit', 'exit-event', 'throw']) {
    const ended = await timed(() => runProgram('leaving.mjs', environment, 10_000, way));
    assert.equal(ended.result, '', way);
    assert.ok(ended.milliseconds < 1_000, `${way}: ${ended.milliseconds} ms`);
  }
  // Calls that wait for an answer keep the process, closed or not, until their deadline.
  const closed = await timed(() => runProgram('leaving.mjs', environment, 10_000, 'close'));
  assert.equal(closed.result, '');
  assert.ok(closed.milliseconds < 6_000, `close: ${closed.milliseconds} ms`);
});

test('child processes and clusters have clients of their own', { timeout }, async () => {
  await server.reset();
  assert.match(await runProgram('family.mjs', { MOMENTO_AUTH_TOKEN: v1(server.url) }, 20_000), /all ended/);
  assert.equal((await server.counters()).connections, 4);
});
