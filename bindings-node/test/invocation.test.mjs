// `withInvocation`: calls end before the function's time does, and what nobody awaited is done by then. Also counters and
// snapshots.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import {
  CacheClient,
  CacheGet,
  CacheSet,
  Configurations,
  CredentialProvider,
  InvalidArgumentError,
  MomentoErrorCode,
  afterRestore,
  beforeSnapshot,
  getMomentoClient,
  withInvocation,
} from 'momento-lambda';
import { v1, v2 } from './keys.mjs';
import { startMomento, startSecrets, startSilence, timed, within } from './servers.mjs';

const require = createRequire(import.meta.url);
const timeout = 30_000;
const REMAINING = 300;
let server;
let slow;
let silence;
let client;
let slowClient;
let silent;
let warnings;

const clientOf = port =>
  new CacheClient({
    configuration: Configurations.Lambda.latest().withClientTimeoutMillis(10_000),
    credentialProvider: CredentialProvider.forMomentoLocal({ port }),
    defaultTtlSeconds: 60,
  });

before(async () => {
  [server, slow, silence] = await Promise.all([
    startMomento(),
    startMomento({ parameters: ['--latency-ms', '50'] }),
    startSilence(),
  ]);
  [client, slowClient] = [server, slow].map(({ port }) => clientOf(port));
});

after(async () => {
  for (const open of [client, slowClient]) open.close();
  await Promise.all([server, slow, silence].map(one => one.stop()));
});

beforeEach(t => {
  // A new one each time: one that has met silence fails its next calls at once.
  silent = clientOf(silence.port);
  warnings = [];
  t.mock.method(console, 'warn', text => warnings.push(text));
});

afterEach(() => silent.close());

/** What Lambda's context says about time. */
function context(milliseconds = 20_000) {
  const end = performance.now() + milliseconds;
  return { getRemainingTimeInMillis: () => Math.floor(end - performance.now()) };
}

function assertCutShort(response, milliseconds) {
  assert.ok(milliseconds < REMAINING, `${milliseconds} ms`);
  assert.ok(response instanceof CacheGet.Error, String(response));
  assert.equal(response.errorCode(), MomentoErrorCode.TIMEOUT_ERROR);
  assert.match(response.message(), /invocation's time/);
}

const valueOf = async (from, key) => (await from.get('cache', key)).value?.();
let lastKey = 0;
const newKey = () => `key-${(lastKey += 1)}`;

describe('calls are bound by the time of the invocation', { timeout }, () => {
  test('a silent server costs that at most', async () => {
    const handler = withInvocation(async event => silent.get('cache', event.key));
    const { result, milliseconds } = await timed(() => handler({ key: 'key' }, context(REMAINING)));
    assertCutShort(result, milliseconds);
    assert.deepEqual(warnings, [], 'it was awaited');
  });

  test('the margin is adjustable, and half of the time at most', async () => {
    const handler = withInvocation(async () => silent.get('cache', 'key'), { marginMs: 9_700 });
    const { result, milliseconds } = await timed(() => handler({}, context(800)));
    assert.ok(milliseconds > 300 && milliseconds < 800, `${milliseconds} ms`);
    assert.ok(result instanceof CacheGet.Error);
  });

  test('without a context that knows there is no bound', async () => {
    for (const none of [undefined, null, {}, 5, { getRemainingTimeInMillis: 5 }]) {
      const handler = withInvocation(async (event, _context) => client.get('cache', event));
      assert.ok((await handler('nothing', none)) instanceof CacheGet.Miss);
    }
    for (const unknown of [undefined, NaN, null, 'soon']) {
      let left;
      const handler = withInvocation(async (event, _context) => {
        void slowClient.get('cache', event).then(response => (left = response));
        return client.get('cache', event);
      });
      const response = await handler('nothing', { getRemainingTimeInMillis: () => unknown });
      assert.ok(response instanceof CacheGet.Miss, `${String(unknown)}: ${String(response)}`);
      assert.ok(left instanceof CacheGet.Miss, `${String(unknown)}: it was not waited for`);
    }
    const endless = { getRemainingTimeInMillis: () => Infinity };
    const handler = withInvocation(async (event, _context) => client.get('cache', event), { marginMs: Infinity });
    assert.ok((await handler('nothing', endless)) instanceof CacheGet.Miss);
    assert.ok((await handler('nothing', context())) instanceof CacheGet.Miss);
  });

  test('the latest limit binds where invocations nest', async () => {
    const inner = withInvocation(async () => silent.get('cache', 'key'));
    const outer = withInvocation(async () => inner({}, context(100)));
    const { result, milliseconds } = await timed(() => outer({}, context(REMAINING)));
    assertCutShort(result, milliseconds);
    assert.ok(milliseconds > 100, `${milliseconds} ms`);
  });

  test('and where there are several at a time', async () => {
    const handler = withInvocation(async () => timed(() => silent.get('cache', 'key')));
    const [short, long] = await Promise.all([handler({}, context(100)), handler({}, context(REMAINING))]);
    assert.ok(short.milliseconds < 100, `${short.milliseconds} ms`);
    assert.ok(long.milliseconds > 100, `${long.milliseconds} ms`);
    assertCutShort(long.result, long.milliseconds);
  });
});

describe('what nobody awaited is done when the handler has answered', { timeout }, () => {
  test('also what began when another call ended, and where the handler throws', async () => {
    for (const throws of [false, true]) {
      const [first, second] = [newKey(), newKey()];
      const handler = withInvocation(async () => {
        void slowClient.set('cache', first, 'value').then(() => slowClient.set('cache', second, 'value'));
        if (throws) throw new RangeError('the handler');
        return 'answer';
      });
      if (throws) await assert.rejects(handler({}, context()), RangeError);
      else assert.equal(await handler({}, context()), 'answer');
      assert.equal(await valueOf(slowClient, second), 'value');
      assert.equal(await valueOf(slowClient, first), 'value');
    }
    assert.deepEqual(warnings, []);
  });

  test('which it is not without the wrapper', async () => {
    const key = newKey();
    const begun = performance.now();
    await (async () => void slowClient.set('cache', key, 'value'))();
    assert.ok(performance.now() - begun < 50);
  });

  test('a handler that throws before its first promise rejects', async () => {
    const key = newKey();
    const handler = withInvocation(() => {
      void slowClient.set('cache', key, 'value');
      throw new RangeError('the handler');
    });
    const { milliseconds } = await timed(() => assert.rejects(handler({}, context()), RangeError));
    assert.ok(milliseconds >= 50, `${milliseconds} ms`);
  });

  test('what is lost is told', async () => {
    const handler = withInvocation(async () => {
      for (let number = 0; number < 3; number += 1) void silent.get('cache', 'key');
      return 'answer';
    });
    const { result, milliseconds } = await timed(() => handler({}, context(REMAINING)));
    assert.equal(result, 'answer');
    assert.ok(milliseconds < REMAINING, `${milliseconds} ms`);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /3 call\(s\)/);
  });

  test('but what goes on calling is not waited for for ever', async () => {
    let goesOn = true;
    const handler = withInvocation(async () => {
      void (async () => {
        while (goesOn) await client.get('cache', 'key');
      })();
      return 'answer';
    });
    assert.equal(await within(10_000, 'the handler', handler({}, undefined)), 'answer');
    goesOn = false;
  });
});

describe('a handler keeps its form', { timeout }, () => {
  test('with a callback', async () => {
    const key = newKey();
    const handler = withInvocation(function named(event, _context, callback) {
      void slowClient.set('cache', event, 'value');
      callback(null, `answer to ${this}`);
    });
    assert.equal(handler.length, 3);
    assert.equal(handler.name, 'named');
    const answer = await new Promise((resolve, reject) => {
      const result = handler.call('this', key, context(), (error, value) => (error ? reject(error) : resolve(value)));
      assert.equal(result, undefined);
    });
    assert.equal(answer, 'answer to this');
    assert.equal(await valueOf(slowClient, key), 'value');
  });

  test('with a stream', async () => {
    const key = newKey();
    const mark = Symbol.for('aws.lambda.runtime.handler.streaming');
    const streams = async (event, stream, _context) => {
      void slowClient.set('cache', key, 'value');
      stream.push(event);
    };
    streams[mark] = 'response';
    const handler = withInvocation(streams);
    assert.equal(handler[mark], 'response');
    const stream = [];
    await handler('event', stream, context());
    assert.deepEqual(stream, ['event']);
    assert.equal(await valueOf(slowClient, key), 'value');
  });

  test('and what is none is refused', () => {
    for (const none of [undefined, null, 5, {}]) assert.throws(() => withInvocation(none), InvalidArgumentError);
    for (const marginMs of [-1, NaN, '5', {}]) {
      assert.throws(() => withInvocation(async () => {}, { marginMs }), /marginMs/);
    }
    assert.equal(typeof withInvocation(async () => {}, null), 'function');
  });
});

test("the guide's examples run", { timeout }, async t => {
  const guide = readFileSync(new URL('../../docs/invocations.md', import.meta.url), 'utf8');
  const examples = [...guide.matchAll(/^```js\n([^]*?)^```$/gm)].map(match => match[1]);
  assert.equal(examples.length, 2);
  // Beside the tests, where the package is found.
  const folder = mkdtempSync(fileURLToPath(new URL('guide-', import.meta.url)));
  t.after(() => rmSync(folder, { recursive: true }));
  process.env.MOMENTO_AUTH_TOKEN = v1(server.url);
  t.after(() => delete process.env.MOMENTO_AUTH_TOKEN);
  const [first, second] = examples.map((example, index) => {
    writeFileSync(`${folder}/${index}.mjs`, example);
    return import(`${folder}/${index}.mjs`);
  });
  const { handler } = await first;
  const key = newKey();
  assert.deepEqual(await handler({ key, value: 'value' }, context()), { value: null });
  assert.deepEqual(await handler({ key, value: 'value' }, context()), { value: 'value' });
  await second;
});

describe('counters', { timeout }, () => {
  test('are numbers, by the names of the type', async () => {
    const own = clientOf(server.port);
    assert.equal(own.counters().connections, 0);
    await own.get('cache', 'key');
    const counted = own.counters();
    assert.equal(counted.connections, 1);
    assert.equal(counted.lookUps, 0, 'its key was given');
    const type = readFileSync(require.resolve('momento-lambda').replace(/index\.js$/, 'counters.d.ts'), 'utf8');
    const names = [...type.matchAll(/readonly (\w+): number/g)].map(match => match[1]);
    assert.deepEqual(Object.keys(counted).sort(), names.sort());
    for (const count of Object.values(counted)) assert.ok(Number.isSafeInteger(count));
    own.close();
    assert.equal(own.counters().connections, 1, 'closed or not');
  });
});

describe('snapshots', { timeout }, () => {
  const open = async one => (await (await fetch(`http://127.0.0.1:${one.adminPort}/counters`)).json()).open_connections;

  test('hold no connection, and restored copies take a rotated token and a new one', async () => {
    const [old, renewed, secrets] = await Promise.all([startMomento(), startMomento(), startSecrets()]);
    const variables = {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
    };
    Object.assign(process.env, variables);
    try {
      const secret = ({ port }) =>
        secrets.change({
          secret_string: JSON.stringify({ MOMENTO_API_KEY: v2(), MOMENTO_ENDPOINT: `http://127.0.0.1:${port}` }),
        });
      await secret(old);
      const shared = getMomentoClient({ tokenSource: 'secretsmanager:snapshots' });
      assert.ok((await shared.get('cache', 'key')) instanceof CacheGet.Miss);
      await beforeSnapshot();
      await within(
        10_000,
        'the server to see the end',
        (async () => {
          while ((await open(old)) > 0);
        })(),
      );
      await secret(renewed);
      afterRestore();
      assert.ok((await shared.set('cache', 'key', 'value')) instanceof CacheSet.Success);
      assert.equal(await secrets.count(), 2);
      assert.equal(await open(old), 0);
      assert.equal(shared.counters().lookUps, 2);
      shared.close();
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name];
      await Promise.all([old, renewed, secrets].map(one => one.stop()));
    }
  });
});
