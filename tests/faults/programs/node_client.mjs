// A client program of the fault lab, in Node: ours or the official package. The lines over the control port, and the
// records, are those of python_client.py, where they are described.
//
//     node node_client.mjs '{"control": PORT, "package": FILE, "official": false, "credentials": {...}}'

import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';

const CACHE = 'cache';
const PORTION = 5000;
const options = JSON.parse(process.argv[2]);
// The module, where all is to be told (canary.py).
const telling = options.verbose ? await import('./telling.mjs') : undefined;
const sdk = createRequire(options.package)(options.official ? '@gomomento/sdk' : 'momento-lambda');
const control = createConnection({ host: '127.0.0.1', port: options.control, noDelay: true });
const send = event => control.write(`${JSON.stringify(event)}\n`);
const now = () => process.hrtime.bigint();

let client;
let stopping = false;
let workers = [];
let records = [];
let awaited = [];
let lastKey = 0;

function credentialProvider({ kind, host, port, token }) {
  if (kind === 'local') return sdk.CredentialProvider.forMomentoLocal({ hostname: host, port });
  const endpoint = `${host}:${port}`;
  return sdk.CredentialProvider.fromString({
    apiKey: Buffer.from(JSON.stringify({ endpoint: 'unused.example', api_key: token })).toString('base64'),
    endpointOverrides: {
      controlEndpoint: endpoint,
      cacheEndpoint: endpoint,
      tokenEndpoint: endpoint,
      secureConnection: false,
    },
  });
}

async function make() {
  if (options.credentials.kind === 'environment') {
    const made = factory => sdk.Configurations.Lambda.latest(factory);
    const configuration = telling ? telling.configuration(sdk, made) : made();
    const trusted = options.credentials.root_certificates;
    return sdk.getMomentoClient({
      configuration: trusted ? configuration.withRootCertificatesPem(trusted) : configuration,
    });
  }
  const props = {
    configuration: sdk.Configurations.Lambda.latest(),
    credentialProvider: credentialProvider(options.credentials),
    defaultTtlSeconds: 86400,
  };
  return options.official ? sdk.CacheClient.create(props) : new sdk.CacheClient(props);
}

function record(operation, start, code, answer) {
  records.push([operation, Number(start), Number((now() - start) / 1000n), code, answer]);
  for (const order of awaited) {
    if (order.operation === operation && !(order.good && code !== null)) order.count -= 1;
  }
  for (const { id } of awaited.filter(({ count }) => count <= 0)) send({ event: 'told', id });
  awaited = awaited.filter(({ count }) => count > 0);
}

async function call(operation) {
  const key = operation === 'get' ? undefined : `write-${process.pid}-${(lastKey += 1)}`;
  const start = now();
  let code = null;
  let answer = null;
  try {
    const response = key === undefined ? await client.get(CACHE, 'present') : await client.increment(CACHE, key, 1);
    telling?.answer(response);
    if (typeof response.errorCode === 'function') code = response.errorCode();
    else if (key !== undefined) answer = response.valueNumber();
  } catch (error) {
    telling?.error(error);
    code = `raised ${error.constructor.name}`;
  }
  record(operation, start, code, key === undefined ? null : [key, answer]);
}

// At a steady rate; what was missed while a call hung is not made up for.
async function work({ operation, rate, calls }) {
  const period = 1000 / rate;
  let due = performance.now();
  for (let made = 0; !stopping && made < (calls ?? Infinity); made += 1) {
    await call(operation);
    due = Math.max(due + period, performance.now() - period);
    await pause(Math.max(0, due - performance.now()));
  }
}

const orders = {
  async make() {
    const start = now();
    let error = null;
    try {
      client = await make();
    } catch (thrown) {
      error = thrown.constructor.name;
    }
    telling?.everythingOf(client);
    send({ event: 'made', ms: Number(now() - start) / 1e6, error });
  },
  start({ workers: wanted }) {
    stopping = false;
    workers = wanted.map(work);
  },
  tell(order) {
    awaited.push(order);
  },
  async stop() {
    stopping = true;
    await Promise.all(workers);
    telling?.everythingOf(client);
    const all = records;
    records = [];
    for (let at = 0; at < Math.max(all.length, 1); at += PORTION) {
      send({ event: 'records', records: all.slice(at, at + PORTION), last: at + PORTION >= all.length });
    }
  },
  end() {
    process.exit(0);
  },
};

control.on('close', () => process.exit(0));
control.once('connect', () => {
  send({ event: 'up' });
  createInterface(control).on('line', line => {
    const order = JSON.parse(line);
    void orders[order.do](order);
  });
});
