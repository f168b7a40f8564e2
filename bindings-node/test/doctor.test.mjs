// `npx momento-lambda doctor` as a user runs it. What it finds is tested in the core; here: that it gets there, exit
// codes, the report's form, a broken addon, and that no token shows.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { v2 } from './keys.mjs';
import { awsEnvironment, refusingPort, run, startExtension, startMomento, startSecrets } from './servers.mjs';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const CANARY = 'CANARYcanaryCANARY';
const KEY = v2({ jti: CANARY });
const OTHER = process.arch === 'x64' ? 'arm64' : 'x86_64';
const timeout = 60_000;
let momento;
let secrets;
let folder;

before(async () => {
  [momento, secrets] = await Promise.all([startMomento(), startSecrets()]);
  folder = mkdtempSync(join(tmpdir(), 'momento-lambda-doctor-'));
});

after(async () => {
  await Promise.all([momento.stop(), secrets.stop()]);
  rmSync(folder, { recursive: true });
});

async function command(parameters, environment = {}, root = PACKAGE) {
  const { status, output } = await run(process.execPath, [join(root, 'dist', 'doctor.js'), ...parameters], {
    environment,
  });
  for (const part of [CANARY, ...KEY.split('.')]) assert.ok(!output.includes(part), output);
  return { status, output };
}

/** Exit code, and the checks by name; the text form is asked for too and must agree. */
async function report(parameters, environment = {}, root = PACKAGE) {
  const text = await command(['doctor', ...parameters], environment, root);
  const { status, output } = await command(['doctor', ...parameters, '--json'], environment, root);
  const document = JSON.parse(output);
  assert.equal(status, document.ok ? 0 : 1);
  assert.equal(text.status, status);
  assert.equal(text.output.includes('FAILED'), !document.ok);
  assert.equal(document.language, 'node');
  for (const check of document.checks) {
    assert.deepEqual(Object.keys(check).sort(), ['fix', 'message', 'milliseconds', 'name', 'status']);
    if (check.status === 'failed') assert.ok(check.fix.length > 0, check.message);
  }
  return { status, checks: Object.fromEntries(document.checks.map(check => [check.name, check])) };
}

/** A copy of what is installed, as node_modules would have it. */
function copyOfPackage(name) {
  const copy = join(folder, name, 'node_modules', 'momento-lambda');
  const kept = source => !/[\\/](node_modules|test|lib|scripts|src|npm)$/.test(source);
  cpSync(PACKAGE, copy, { recursive: true, filter: source => source === PACKAGE || kept(source) });
  return copy;
}

const addonIn = root => join(root, ...readdirSync(root).filter(name => name.endsWith('.node')));

test('an environment where all is well', { timeout }, async () => {
  const environment = { MOMENTO_API_KEY: KEY, MOMENTO_ENDPOINT: momento.url };
  const good = await report(['--cache', 'cache'], environment);
  assert.equal(good.status, 0);
  assert.match(good.checks.addon.message, /nodejs:\d+.*momento-lambda\..*\.node/);
  assert.match(good.checks.call.message, /miss/);
  const absent = await report(['--cache', 'absent'], environment);
  assert.equal(absent.status, 1);
  assert.match(absent.checks.call.message, /NOT_FOUND_ERROR/);
  const refused = await report(['--endpoint', `http://127.0.0.1:${await refusingPort()}`], environment);
  assert.match(refused.checks['cache TCP'].fix, /nobody answers/);
});

test('a secret that may not be read, and an extension that refuses for ever', { timeout }, async () => {
  const environment = { ...awsEnvironment(secrets), MOMENTO_SECRET_ID: 'momento/token' };
  await secrets.change({ mode: 'access-denied' });
  const denied = await report([], environment);
  assert.equal(denied.status, 1);
  assert.match(denied.checks['secretsmanager:GetSecretValue'].fix, /^allow secretsmanager:GetSecretValue on arn:/);
  await secrets.change({ mode: 'ok', secret_string: JSON.stringify({ other: CANARY }) });
  assert.equal((await report([], environment)).checks.format.status, 'failed');

  const value = JSON.stringify({ MOMENTO_API_KEY: KEY, MOMENTO_ENDPOINT: momento.url });
  await secrets.change({ mode: 'ok', secret_string: value });
  const extension = await startExtension('--mode', 'bad-request', '--session-token', CANARY);
  try {
    const beside = { AWS_SESSION_TOKEN: CANARY, PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: String(extension.port) };
    const source = ['--token-source', 'extension:secretsmanager:momento/token'];
    const { status, checks } = await report(source, { ...environment, ...beside });
    assert.equal(status, 1);
    assert.match(checks.extension.message, /HTTP 400.*falls back/);
    assert.equal(checks.call.status, 'ok');
  } finally {
    await extension.stop();
  }
});

test('arguments that make no sense', { timeout }, async () => {
  for (const parameters of [['--cach', CANARY], ['--timeout', 'soon'], [KEY], ['a.zip', 'b.zip']]) {
    const { status, output } = await command(['doctor', ...parameters]);
    assert.equal(status, 2, output);
    assert.match(output, /momento-lambda doctor: /);
  }
  const help = await command(['doctor', '--help']);
  assert.equal(help.status, 0);
  assert.match(help.output, /--architecture/);
  for (const [parameters, expected] of [
    [[], 2],
    [['docter'], 2],
    [['--help'], 0],
  ]) {
    const { status, output } = await command(parameters);
    assert.equal(status, expected);
    assert.match(output, /usage: npx momento-lambda doctor/);
  }
});

test('this package in a function', { timeout }, async () => {
  const root = copyOfPackage('function');
  const path = join(root, '..', '..');
  const { checks } = await report([path]);
  for (const name of ['addon', 'architecture', 'layout']) assert.equal(checks[name].status, 'ok', checks[name].message);
  const other = await report([path, '--architecture', OTHER]);
  assert.equal(other.status, 1);
  assert.match(other.checks.architecture.fix, /npm install --os=linux/);
});

test('an addon that does not load', { timeout }, async () => {
  for (const [damage, change] of [
    ['removed', file => rmSync(file)],
    ['cut-off', file => writeFileSync(file, readFileSync(file).subarray(0, 5000))],
    ['replaced', file => writeFileSync(file, 'garbage')],
  ]) {
    const root = copyOfPackage(damage);
    change(addonIn(root));
    const { status, checks } = await report(['--cache', 'cache'], {}, root);
    assert.equal(status, 1);
    assert.deepEqual(Object.keys(checks), ['addon']);
    assert.match(checks.addon.fix, /npm install/);
  }
});

test('the command is a file of its own, which the package itself does not load', () => {
  const text = name => readFileSync(join(PACKAGE, 'dist', name), 'utf8');
  assert.match(text('doctor.js'), /^#!\/usr\/bin\/env node\n/);
  assert.ok(!text('index.js').includes('./doctor'));
  assert.ok(text('doctor.js').length < 20_000, 'it holds only what it needs');
});
