// Parameter Store, as moto speaks it, and the Lambda extension with moto behind it: the token from both.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { InvalidArgumentError, getMomentoClient } from 'momento-lambda';
import { secretFor } from './keys.mjs';
import { awsEnvironment, refusingPort, startExtension, startMomento, startMoto, timed } from './servers.mjs';

// The look-up has 2 s and the data call 1.1 s; what is over that is the machine's.
const BUDGET = 4_000;
const CANARY = 'CANARY-session-9c4e';
const timeout = 30_000;
let moto;
let server;
let extension;
let names = 0;
let name;

before(async () => {
  [moto, server] = await Promise.all([startMoto(), startMomento()]);
  extension = await startExtension('--session-token', CANARY, '--secret-string', secretFor(server));
  Object.assign(process.env, awsEnvironment(moto), { AWS_SESSION_TOKEN: CANARY });
});

beforeEach(() => {
  names += 1;
  name = `/momento/test-${names}`;
  process.env.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT = String(extension.port);
});

after(() => Promise.all([moto.stop(), server.stop(), extension.stop()]));

async function put(value, { kind = 'SecureString', label } = {}) {
  const parameter = { Name: name, Value: value, Type: kind, Overwrite: true };
  const { Version: version } = await moto.call('AmazonSSM.PutParameter', parameter);
  const labels = { Name: name, ParameterVersion: version, Labels: [label] };
  if (label !== undefined) await moto.call('AmazonSSM.LabelParameterVersion', labels);
  return version;
}

async function works(client) {
  const { result, milliseconds } = await timed(() => client.get('cache', 'key'));
  assert.equal(result.type, 'Miss', String(result));
  assert.ok(milliseconds < BUDGET, `${milliseconds} ms`);
}

async function fails(client, code, ...messages) {
  const { result, milliseconds } = await timed(() => client.get('cache', 'key'));
  assert.equal(result.type, 'Error', String(result));
  assert.equal(result.errorCode(), code, result.message());
  for (const message of messages) assert.match(result.message(), message);
  assert.ok(!result.message().includes('CANARY'), result.message());
  assert.ok(milliseconds < BUDGET, `${milliseconds} ms`);
}

for (const kind of ['SecureString', 'String']) {
  test(`a parameter: ${kind}`, { timeout }, async () => {
    await put(secretFor(server), { kind });
    const client = getMomentoClient({ tokenSource: `ssm:${name}` });
    await works(client);
    client.close();
  });
}

test('versions, labels and fields', { timeout }, async () => {
  const { MOMENTO_API_KEY: mine, MOMENTO_ENDPOINT } = JSON.parse(secretFor(server));
  const version = await put(JSON.stringify({ mine, MOMENTO_ENDPOINT }), { label: 'live' });
  await put('CANARY: not the one that is asked for');
  for (const written of [`${name}:${version}#mine`, `${name}:live#mine`]) {
    const client = getMomentoClient({ tokenSource: `ssm:${written}` });
    await works(client);
    client.close();
  }
  const client = getMomentoClient({ tokenSource: `ssm:${name}:9` });
  await fails(client, 'AUTHENTICATION_ERROR', /ParameterVersionNotFound/, /no such version or label/);
  client.close();
});

test('a missing parameter is told and forgotten', { timeout }, async () => {
  const client = getMomentoClient({ tokenSource: `ssm:${name}` });
  await fails(client, 'AUTHENTICATION_ERROR', /ParameterNotFound/, /no such parameter in us-east-1/);
  await put(secretFor(server));
  await works(client);
  client.close();
});

test('a list is refused', { timeout }, async () => {
  await put('CANARY,CANARY', { kind: 'StringList' });
  const client = getMomentoClient({ tokenSource: `ssm:${name}` });
  await fails(client, 'INVALID_ARGUMENT_ERROR', /StringList/, /SecureString/);
  client.close();
});

for (const [store, path] of [
  ['secretsmanager', '/secretsmanager/get'],
  ['ssm', '/systemsmanager/parameters/get'],
]) {
  test(`the extension answers: ${store}`, { timeout }, async () => {
    await extension.change({ mode: 'not-ready', times: 2 });
    const before = await extension.count();
    const client = getMomentoClient({ tokenSource: `extension:${store}:${name}` });
    await works(client);
    client.close();
    assert.equal((await extension.count()) - before, 3);
    const { path: asked, arguments: given, token_is_right: right } = await extension.lastRequest();
    assert.equal(asked, path);
    assert.ok(Object.values(given).includes(name), JSON.stringify(given));
    assert.equal(right, true);
  });
}

for (const mode of ['not-ready', 'bad-request', 'missing', 'internal-error', 'silent', 'garbage']) {
  test(`the extension does not answer, so the API is asked: ${mode}`, { timeout }, async () => {
    await extension.change({ mode });
    const client = getMomentoClient({ tokenSource: `extension:ssm:${name}` });
    await fails(client, 'AUTHENTICATION_ERROR', /ParameterNotFound/, /the Lambda extension was asked first/);
    await put(secretFor(server));
    await works(client);
    client.close();
  });
}

test('there is no extension, so the API is asked', { timeout }, async () => {
  const port = await refusingPort();
  process.env.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT = String(port);
  const client = getMomentoClient({ tokenSource: `extension:secretsmanager:${name}` });
  await fails(client, 'AUTHENTICATION_ERROR', /no such secret/, new RegExp(`${port}.*refused`));
  await moto.call('secretsmanager.CreateSecret', { Name: name, SecretString: secretFor(server) });
  await works(client);
  client.close();
});

test('malformed sources are refused at once', () => {
  for (const tokenSource of ['extension:', 'extension:env:A', 'extension:ssm:', 'ssm:', 'ssm:a#']) {
    assert.throws(() => getMomentoClient({ tokenSource }), InvalidArgumentError, tokenSource);
  }
});
