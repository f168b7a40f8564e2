// The servers that tests talk to: each a program that prints `listening on 127.0.0.1:PORT`, started here and ended by
// its process id. Every wait has a deadline.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STARTED_WITHIN = 20_000;

/** Fails with `what` if the promise takes longer. */
export async function within(milliseconds, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Milliseconds that something took, and what it gave. */
export async function timed(work) {
  const begun = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - begun };
}

/** Runs a program to its end. */
export async function run(command, parameters, { environment = {}, deadline = 20_000 } = {}) {
  const child = spawn(command, parameters, { env: { ...bareEnvironment(), ...environment }, cwd: ROOT });
  let output = '';
  child.stdout.on('data', text => (output += text));
  child.stderr.on('data', text => (output += text));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, output }));
  });
  try {
    return await within(deadline, `${command} ${parameters.join(' ')}`, ended);
  } catch (error) {
    child.kill('SIGKILL');
    error.message += `\n${output}`;
    throw error;
  }
}

/** The environment without what would configure a client. */
function bareEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(MOMENTO_(?!LAMBDA_)|AWS_)/.test(name)));
}

/** `says` is the stream on which the program says where it listens. */
async function start(command, parameters, ports, says = 'stdout') {
  const stdio = ['ignore', says === 'stdout' ? 'pipe' : 'ignore', says === 'stdout' ? 'inherit' : 'pipe'];
  const child = spawn(command, parameters, { cwd: ROOT, stdio });
  const ended = new Promise(resolve => child.on('close', resolve));
  let output = '';
  const listening = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', status => reject(new Error(`${command} ended with ${status}: ${output}`)));
    child[says].on('data', text => {
      output += text;
      const found = ports.map(pattern => output.match(pattern)?.[1]);
      if (found.every(port => port !== undefined)) resolve(found.map(Number));
    });
  });
  const [port, adminPort] = await within(STARTED_WITHIN, command, listening);
  return {
    port,
    adminPort,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await within(5_000, `${command} to end`, ended).catch(error => {
        child.kill('SIGKILL');
        throw error;
      });
    },
  };
}

/** An in-memory Momento with the cache `cache`. */
export async function startMomento({ port = 0, parameters = [] } = {}) {
  const program = process.env.MOMENTO_LAMBDA_LOCAL ?? `${ROOT}.venv/bin/momento-lambda-local`;
  const ports = [/listening on 127\.0\.0\.1:(\d+)/, /admin on 127\.0\.0\.1:(\d+)/];
  const fixed = ['--cache', 'cache', '--port', String(port), '--admin-port', '0'];
  const momento = await start(program, [...fixed, ...parameters], ports);
  const admin = (path, method) => fetch(`http://127.0.0.1:${momento.adminPort}${path}`, { method });
  return {
    ...momento,
    /** What the server has been asked since the start or the last reset. */
    counters: async () => (await admin('/counters', 'GET')).json(),
    reset: async () => void (await admin('/reset', 'POST')),
  };
}

/** A Secrets Manager whose answers `change` chooses. */
export const startSecrets = (...parameters) => startStub('secrets_stub.py', parameters);

/** A Lambda extension whose answers `change` chooses. */
export const startExtension = (...parameters) => startStub('extension_stub.py', parameters);

async function startStub(file, parameters) {
  const stub = await start('python3', [`tests/stubs/${file}`, ...parameters], [/127\.0\.0\.1:(\d+)/]);
  const requests = async () => (await fetch(`${stub.url}/requests`)).json();
  return {
    ...stub,
    async change(mode) {
      const answer = await fetch(`${stub.url}/mode`, { method: 'POST', body: JSON.stringify(mode) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async count() {
      return (await requests()).count;
    },
    async lastRequest() {
      return (await requests()).requests.at(-1);
    },
  };
}

/** AWS's token stores as moto speaks them; `call` is any operation, such as `AmazonSSM.PutParameter`. */
export async function startMoto() {
  const parameters = ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'];
  const python = `${ROOT}.venv/bin/python`;
  const moto = await start(python, parameters, [/Running on http:\/\/127\.0\.0\.1:(\d+)/], 'stderr');
  return {
    ...moto,
    async call(operation, fields) {
      const service = operation.startsWith('AmazonSSM') ? 'ssm' : 'secretsmanager';
      const scope = `ASIASETUPEXAMPLE/20260101/us-east-1/${service}/aws4_request`;
      const headers = {
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': operation,
        Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
      };
      const answer = await fetch(moto.url, { method: 'POST', headers, body: JSON.stringify(fields) });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    },
  };
}

/** A server that accepts connections and never says a word. */
export async function startSilence() {
  const sockets = new Set();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).resume();
  });
  const port = await listen(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = new Promise(resolve => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function listen(server) {
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

/** A port where nobody listens. */
export async function refusingPort() {
  const server = createServer();
  const port = await listen(server);
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Variables that send AWS look-ups to a stub. */
export function awsEnvironment(stub) {
  return {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: stub.url,
    AWS_ENDPOINT_URL_SSM: stub.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'stand-in',
  };
}
