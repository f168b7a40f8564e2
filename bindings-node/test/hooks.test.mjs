// Retry strategies and middlewares, against a server that fails as it is told by headers.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  CacheClient,
  Configurations,
  CredentialProvider,
  ExponentialBackoffRetryStrategy,
  FixedCountRetryStrategy,
  FixedTimeoutRetryStrategy,
  InvalidArgumentError,
  LimitExceededError,
  MiddlewareFactory,
  MiddlewareMessage,
  MiddlewareMetadata,
  MiddlewareStatus,
  NoRetryStrategy,
  NoopMomentoLoggerFactory,
  RequestLoggingMiddleware,
} from 'momento-lambda';
import { startMomento, timed, within } from './servers.mjs';

const timeout = 30_000;
const loggerFactory = new NoopMomentoLoggerFactory();
let server;

before(async () => {
  server = await startMomento();
});

after(() => server.stop());

/** Tells the server how to fail and counts what is sent. `late` is asked for every attempt. */
class Faults {
  shouldLoadLate;
  sent = [];
  statuses = [];
  #headers;

  constructor(headers = {}, late = true) {
    this.#headers = { 'request-id': randomUUID(), ...headers };
    this.shouldLoadLate = late;
  }

  onNewRequest() {
    return {
      onRequestMetadata: async metadata => {
        for (const [name, value] of Object.entries(this.#headers)) metadata._grpcMetadata.set(name, String(value));
        return metadata;
      },
      onRequestBody: async message => {
        this.sent.push(message.constructorName());
        return message;
      },
      onResponseMetadata: async metadata => metadata,
      onResponseBody: async message => message,
      onResponseStatus: async status => {
        this.statuses.push(status.code());
        return status;
      },
    };
  }
}

function clientWith(t, change) {
  const configuration = change(Configurations.Laptop.latest(loggerFactory));
  const credentialProvider = CredentialProvider.forMomentoLocal({ port: server.port });
  const client = new CacheClient({ configuration, credentialProvider, defaultTtlSeconds: 60 });
  t.after(() => client.close());
  return client;
}

const UNAVAILABLE = { 'return-error': 'unavailable', 'error-rpcs': 'get increment' };

describe('retry strategies', { timeout }, () => {
  test('a full outage takes three more attempts', async t => {
    const faults = new Faults(UNAVAILABLE);
    const answer = await clientWith(t, of => of.addMiddleware(faults)).get('cache', 'key');
    assert.equal(answer.errorCode(), 'SERVER_UNAVAILABLE');
    assert.match(answer.innerException().message, /^14 UNAVAILABLE: /);
    assert.deepEqual(faults.sent, Array(4).fill('_GetRequest'));
    assert.deepEqual(faults.statuses, Array(4).fill(14));
  });

  test('what may not be repeated is not', async t => {
    const faults = new Faults(UNAVAILABLE);
    const answer = await clientWith(t, of => of.addMiddleware(faults)).increment('cache', 'key', 1);
    assert.equal(answer.errorCode(), 'SERVER_UNAVAILABLE');
    assert.equal(faults.sent.length, 1);
  });

  test('a short outage is got over', async t => {
    const faults = new Faults({ ...UNAVAILABLE, 'error-count': 2 });
    const answer = await clientWith(t, of => of.addMiddleware(faults)).get('cache', 'none');
    assert.equal(answer.type, 'Miss');
    assert.deepEqual(faults.statuses, [14, 14, 0]);
  });

  for (const [name, strategy, attempts] of [
    ['NoRetryStrategy', new NoRetryStrategy({ loggerFactory }), 1],
    ['FixedCountRetryStrategy', new FixedCountRetryStrategy({ loggerFactory, maxAttempts: 1 }), 2],
    ['a FixedCountRetryStrategy of none', new FixedCountRetryStrategy({ loggerFactory, maxAttempts: 0 }), 1],
  ]) {
    test(`${name} makes ${attempts} in all`, async t => {
      const faults = new Faults(UNAVAILABLE);
      const client = clientWith(t, of => of.withRetryStrategy(strategy).addMiddleware(faults));
      assert.equal((await client.get('cache', 'key')).errorCode(), 'SERVER_UNAVAILABLE');
      assert.equal(faults.sent.length, attempts);
    });
  }

  for (const [strategy, most] of [
    [new FixedTimeoutRetryStrategy({ loggerFactory, retryDelayIntervalMillis: 50 }), 8],
    [new ExponentialBackoffRetryStrategy({ loggerFactory, initialDelayMillis: 20, maxBackoffMillis: 80 }), 20],
  ]) {
    test(`${strategy.constructor.name} goes on until the deadline`, async t => {
      const faults = new Faults(UNAVAILABLE);
      const change = of => of.withRetryStrategy(strategy).withClientTimeoutMillis(300).addMiddleware(faults);
      const { result, milliseconds } = await timed(() => clientWith(t, change).get('cache', 'key'));
      assert.equal(result.errorCode(), 'TIMEOUT_ERROR');
      assert.match(result.innerException().message, /^4 DEADLINE_EXCEEDED: /);
      assert.ok(milliseconds < 2_000, `${milliseconds} ms`);
      assert.ok(faults.sent.length >= 2 && faults.sent.length <= most, `${faults.sent.length} attempts`);
    });
  }

  test('a FixedTimeoutRetryStrategy gives up an attempt that takes too long, but not the first', async t => {
    const faults = new Faults({
      ...UNAVAILABLE,
      'error-count': 1,
      'delay-rpcs': 'get',
      'delay-ms': 400,
      'delay-count': 2,
    });
    const strategy = new FixedTimeoutRetryStrategy({
      loggerFactory,
      responseDataReceivedTimeoutMillis: 100,
      retryDelayIntervalMillis: 10,
    });
    const client = clientWith(t, of => of.withRetryStrategy(strategy).addMiddleware(faults));
    assert.equal((await client.get('cache', 'none')).type, 'Miss');
    assert.ok(faults.statuses.includes(4), String(faults.statuses));
  });

  test('a strategy of the user is asked with what grpc-js would tell', async t => {
    const asked = [];
    const strategy = {
      determineWhenToRetryRequest(props) {
        asked.push(props);
        return props.attemptNumber < 2 ? 5 : null;
      },
    };
    const faults = new Faults({ ...UNAVAILABLE, 'error-rpcs': 'increment' });
    const client = clientWith(t, of => of.withRetryStrategy(strategy).addMiddleware(faults));
    assert.equal((await client.increment('cache', 'key', 1)).errorCode(), 'SERVER_UNAVAILABLE');
    assert.deepEqual(
      asked.map(({ attemptNumber }) => attemptNumber),
      [0, 1, 2],
    );
    const [{ grpcStatus, grpcRequest, requestMetadata, overallDeadline }] = asked;
    assert.equal(grpcStatus.code, 14);
    assert.equal(grpcRequest.path, '/cache_client.Scs/Increment');
    assert.deepEqual(requestMetadata.get('return-error'), ['unavailable']);
    assert.ok(overallDeadline.getTime() > Date.now() - timeout);
  });

  test('an eligibility strategy of the user decides for a strategy of ours', async t => {
    const eligibilityStrategy = { isEligibleForRetry: ({ grpcRequest }) => grpcRequest.path.endsWith('/Increment') };
    const strategy = new FixedCountRetryStrategy({ loggerFactory, maxAttempts: 2, eligibilityStrategy });
    const faults = new Faults(UNAVAILABLE);
    const client = clientWith(t, of => of.withRetryStrategy(strategy).addMiddleware(faults));
    await client.get('cache', 'key');
    assert.equal(faults.sent.length, 1);
    await client.increment('cache', 'key', 1);
    assert.equal(faults.sent.length, 4);
  });

  for (const [what, determineWhenToRetryRequest, code] of [
    ['throws', () => assert.fail('oh no'), 'UNKNOWN_ERROR'],
    ['throws nothing that has a text', () => Promise.reject(Object.create(null)), 'UNKNOWN_ERROR'],
    ['throws an SdkError', () => Promise.reject(new LimitExceededError('enough')), 'LIMIT_EXCEEDED_ERROR'],
    ['says a text', () => 'soon', 'UNKNOWN_ERROR'],
    ['says NaN', () => NaN, 'UNKNOWN_ERROR'],
    ['never says anything', () => new Promise(() => {}), 'TIMEOUT_ERROR'],
  ]) {
    test(`a strategy that ${what} ends the call`, async t => {
      const faults = new Faults(UNAVAILABLE);
      const change = of =>
        of.withRetryStrategy({ determineWhenToRetryRequest }).withClientTimeoutMillis(500).addMiddleware(faults);
      const answer = await within(5_000, 'an answer', clientWith(t, change).get('cache', 'key'));
      assert.equal(answer.errorCode(), code, String(answer));
    });
  }

  test('what is no strategy is refused', t => {
    assert.throws(() => clientWith(t, of => of.withRetryStrategy({})), InvalidArgumentError);
    const strategy = new FixedCountRetryStrategy({ loggerFactory, maxAttempts: NaN });
    assert.throws(() => clientWith(t, of => of.withRetryStrategy(strategy)), InvalidArgumentError);
  });
});

describe('middlewares', { timeout }, () => {
  const noted = (notes, name, more = {}) => ({
    onNewRequest: () => ({
      onRequestMetadata: async metadata => (notes.push(`${name} metadata`), metadata),
      onRequestBody: async message => (notes.push(`${name} body`), message),
      onResponseMetadata: async metadata => (notes.push(`${name} response metadata`), metadata),
      onResponseBody: async message => (notes.push(`${name} response body`), message),
      onResponseStatus: async status => (notes.push(`${name} status`), status),
    }),
    ...more,
  });

  test('get the official objects, one added comes first, and answers go backwards', async t => {
    const notes = [];
    const seen = [];
    const looking = {
      onNewRequest: context => ({
        onRequestMetadata: async metadata => (seen.push(context, metadata), metadata),
        onRequestBody: async message => (seen.push(message), message),
        onResponseMetadata: async metadata => metadata,
        onResponseBody: async message => (seen.push(message), message),
        onResponseStatus: async status => (seen.push(status), status),
      }),
    };
    const client = clientWith(t, of =>
      of
        .withMiddlewares([noted(notes, 'b'), looking])
        .addMiddleware(noted(notes, 'a'))
        .withThrowOnErrors(true),
    );
    assert.equal((await client.set('cache', 'k', 'value')).type, 'Success');
    const half = ['metadata', 'body'].flatMap(step => [`a ${step}`, `b ${step}`]);
    const back = ['response metadata', 'response body', 'status'].flatMap(step => [`b ${step}`, `a ${step}`]);
    assert.deepEqual(notes, [...half, ...back]);
    const [context, metadata, request, response, status] = seen;
    assert.equal(Object.getOwnPropertySymbols(context).length, 1);
    assert.ok(metadata instanceof MiddlewareMetadata);
    assert.deepEqual(metadata.toJsonObject().cache, ['cache']);
    assert.ok(metadata.toJsonString().includes('"cache"'));
    assert.ok(!metadata.toJsonString().includes('authorization'));
    assert.ok(request instanceof MiddlewareMessage);
    assert.equal(request.constructorName(), '_SetRequest');
    assert.deepEqual(request.toLogFormat(), { requestType: 'set' });
    assert.ok(request.messageLength() > 5);
    assert.equal(response.constructorName(), '_SetResponse');
    assert.ok(status instanceof MiddlewareStatus);
    assert.equal(status.code(), 0);
  });

  test('are asked once per call, or per attempt if they load late', async t => {
    const faults = new Faults({ ...UNAVAILABLE, 'error-count': 2 }, false);
    const late = new Faults({}, true);
    const client = clientWith(t, of => of.withMiddlewares([faults, late]));
    late.onNewRequest = noted([], 'late').onNewRequest;
    const attempts = [];
    const counting = { shouldLoadLate: true, onNewRequest: () => (attempts.push(1), {}) };
    const counted = clientWith(t, of => of.withMiddlewares([faults, counting]));
    assert.equal((await counted.get('cache', 'none')).type, 'Miss');
    assert.equal(faults.sent.length, 1);
    assert.deepEqual(faults.statuses, [0]);
    assert.equal(attempts.length, 3);
    assert.equal((await client.get('cache', 'none')).type, 'Miss');
  });

  test('see how a call ended that had no answer in time', async t => {
    const faults = new Faults({ 'delay-rpcs': 'get', 'delay-ms': 2_000 }, false);
    const client = clientWith(t, of => of.withClientTimeoutMillis(200).addMiddleware(faults));
    assert.equal((await client.get('cache', 'k')).errorCode(), 'TIMEOUT_ERROR');
    assert.deepEqual(faults.statuses, [4]);
  });

  for (const late of [false, true]) {
    for (const [what, handler, code, message] of [
      ['throws at once', () => assert.fail('oh no'), 'UNKNOWN_ERROR', /oh no/],
      ['is no handler', () => 5, 'UNKNOWN_ERROR', /onNewRequest/],
      [
        'rejects',
        () => ({ onRequestBody: () => Promise.reject(new Error('oh no')) }),
        'UNKNOWN_ERROR',
        /onRequestBody/,
      ],
      ['answers with nothing', () => ({ onRequestMetadata: async () => undefined }), 'UNKNOWN_ERROR', /must return/],
      ['throws on the way back', () => ({ onResponseStatus: () => assert.fail('late') }), 'UNKNOWN_ERROR', /late/],
      [
        'throws an SdkError',
        () => ({ onResponseBody: () => Promise.reject(new LimitExceededError('no')) }),
        'LIMIT_EXCEEDED_ERROR',
        /no/,
      ],
      ['is silent', () => ({ onRequestMetadata: () => new Promise(() => {}) }), 'TIMEOUT_ERROR', /300 ms/],
      [
        'sets what is not its to set',
        () => ({ onRequestMetadata: async m => (m._grpcMetadata.set('authorization', 'x'), m) }),
        'INVALID_ARGUMENT_ERROR',
        /authorization/,
      ],
    ]) {
      test(`one that ${what} ends the call${late ? ', late' : ''}`, async t => {
        const middleware = { shouldLoadLate: late, onNewRequest: handler };
        const client = clientWith(t, of => of.withClientTimeoutMillis(300).addMiddleware(middleware));
        const answer = await within(5_000, 'an answer', client.get('cache', 'key'));
        assert.equal(answer.errorCode(), code, String(answer));
        assert.match(answer.message(), message);
      });
    }
  }

  test('are begun with the client and ended with it', async t => {
    const notes = [];
    const client = clientWith(t, of =>
      of.addMiddleware(noted(notes, 'm', { init: () => notes.push('init'), close: () => notes.push('close') })),
    );
    assert.deepEqual(notes, ['init']);
    client.close();
    assert.deepEqual(notes, ['init', 'close']);
  });

  test('what is none is refused', t => {
    for (const wrong of [{}, 5, null]) {
      assert.throws(() => clientWith(t, of => of.withMiddlewares([wrong])), InvalidArgumentError);
    }
  });

  test('log and measure requests', async t => {
    const lines = [];
    const write = line => lines.push(JSON.parse(line));
    const logger = { info: write, debug() {}, error: assert.fail, warn: assert.fail, trace() {} };
    const factory = { getLogger: () => logger };
    const measuring = MiddlewareFactory.createMetricsMiddlewares(factory, { perRequestMetricsLog: true });
    const client = clientWith(t, of => of.withMiddlewares([new RequestLoggingMiddleware(factory), ...measuring]));
    await client.get('cache', 'secret key');
    const events = lines.filter(line => line.event).map(line => line.event);
    const [request, response] = ['onRequest', 'onResponse'];
    assert.deepEqual(events, [
      `${request}Metadata`,
      `${request}Body`,
      `${response}Metadata`,
      `${response}Body`,
      `${response}Status`,
    ]);
    const { momento } = lines.find(line => line.momento);
    assert.equal(momento.requestType, '_GetRequest');
    assert.equal(momento.status, 0);
    assert.equal(momento.numActiveRequestsAtStart, 1);
    assert.ok(!JSON.stringify(lines).includes('secret key'));
  });
});

describe('an AbortSignal', { timeout }, () => {
  test('gives the call up on both sides', async t => {
    const faults = new Faults({ 'delay-rpcs': 'get', 'delay-ms': 4_000 });
    const client = clientWith(t, of => of.addMiddleware(faults));
    const controller = new AbortController();
    const asked = client.get('cache', 'key', { abortSignal: controller.signal });
    const sent = async () => {
      while (faults.sent.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
    };
    await within(5_000, 'the request to be sent', sent());
    controller.abort();
    const { result, milliseconds } = await timed(() => asked);
    assert.equal(result.errorCode(), 'CANCELLED_ERROR');
    assert.match(result.message(), /user-provided AbortSignal/);
    assert.ok(milliseconds < 1_000, `${milliseconds} ms`);
  });

  test("of the user's making that throws is an error, and harms no other call", async t => {
    const client = clientWith(t, same => same);
    const thrower = () => assert.fail('oh no');
    const wrong = { aborted: false, addEventListener: thrower, removeEventListener: thrower };
    const late = { aborted: false, addEventListener() {}, removeEventListener: thrower };
    const [refused, found, other] = await Promise.all([
      client.get('cache', 'none', { abortSignal: wrong }),
      client.get('cache', 'none', { abortSignal: late }),
      client.get('cache', 'none'),
    ]);
    assert.equal(refused.errorCode(), 'INVALID_ARGUMENT_ERROR');
    assert.deepEqual([found.type, other.type], ['Miss', 'Miss']);
    assert.equal((await client.get('cache', 'none', { abortSignal: 5 })).errorCode(), 'INVALID_ARGUMENT_ERROR');
  });

  test('makes room for the next where only one may be under way', async t => {
    const faults = new Faults({ 'delay-rpcs': 'get', 'delay-ms': 3_000, 'delay-count': 1 });
    const one = of => {
      const strategy = of.getTransportStrategy();
      return of.withTransportStrategy(strategy.withMaxConcurrentRequests(1)).addMiddleware(faults);
    };
    const client = clientWith(t, one);
    const first = client.get('cache', 'key', { abortSignal: AbortSignal.timeout(200) });
    const { result, milliseconds } = await timed(() => client.get('cache', 'none'));
    assert.equal((await first).errorCode(), 'CANCELLED_ERROR');
    assert.equal(result.type, 'Miss', String(result));
    assert.ok(milliseconds >= 150 && milliseconds < 2_500, `${milliseconds} ms`);
  });
});
