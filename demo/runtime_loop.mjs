// A plain Lambda runtime in Node's standard library: the stand-in where aws-lambda-ric is not installed
// (it is compiled at installation, which takes a C++ toolchain, cmake and about 70 s).
//
//     AWS_LAMBDA_RUNTIME_API=HOST:PORT node runtime_loop.mjs index.handler
//
// It fetches an event, calls the handler and posts the reply or the error, for ever. node:http and not fetch:
// /next may answer after hours, and fetch gives up after five minutes.

import { existsSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const PREFIX = '/2018-06-01/runtime/';
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, route, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const options = { host, port, method, path: PREFIX + route, agent, headers: { ...headers, ...length } };
    const request = http.request(options, response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.setNoDelay(true);
    request.end(body);
  });
}

function post(route, value, errorType) {
  const headers = { 'Content-Type': 'application/json' };
  if (errorType !== undefined) headers['Lambda-Runtime-Function-Error-Type'] = errorType;
  return call('POST', route, JSON.stringify(value), headers);
}

function errorDocument(error) {
  return {
    errorType: error?.name ?? typeof error,
    errorMessage: error?.message ?? String(error),
    trace: (error?.stack ?? '').split('\n'),
  };
}

async function load(handler) {
  const dot = handler.lastIndexOf('.');
  const root = process.env.LAMBDA_TASK_ROOT ?? process.cwd();
  const stem = path.resolve(root, handler.slice(0, dot));
  const file = ['.js', '.mjs', '.cjs'].map(extension => stem + extension).find(existsSync);
  if (file === undefined) throw new Error(`no module ${stem}.{js,mjs,cjs}`);
  const module = await import(pathToFileURL(file).href);
  const name = handler.slice(dot + 1);
  const loaded = module[name] ?? module.default?.[name];
  if (typeof loaded !== 'function') throw new Error(`${file} has no function ${name}`);
  return loaded;
}

async function invoke(handler, event, context) {
  const value = await handler(event, context);
  return value === undefined ? null : value;
}

let handler;
try {
  handler = await load(process.argv[2]);
} catch (error) {
  await post('init/error', errorDocument(error), `Runtime.${error.name}`);
  process.exit(1);
}

for (;;) {
  const next = await call('GET', 'invocation/next');
  const awsRequestId = next.headers['lambda-runtime-aws-request-id'];
  const deadline = Number(next.headers['lambda-runtime-deadline-ms']);
  const context = { awsRequestId, getRemainingTimeInMillis: () => deadline - Date.now() };
  try {
    const value = await invoke(handler, JSON.parse(next.body), context);
    await post(`invocation/${awsRequestId}/response`, value);
  } catch (error) {
    await post(`invocation/${awsRequestId}/error`, errorDocument(error), error?.name ?? 'Error');
  }
}
