'use strict';

// Starts the program momento-lambda-local and ends it.
//
// Problem: a test run that is killed must leave no server behind, one that is over must not wait for it, and a Ctrl-C in
// the terminal must not take the server from under the tests that are being ended. Choice: the server runs in a session
// of its own, which the terminal's signals don't reach, and ends when its stdin does: the other side of that pipe is
// this process's, so it closes however this process ends.

const { randomUUID } = require('node:crypto');
const { once } = require('node:events');
const { request } = require('node:http');
const { cannotRun, findProgram, start } = require('./program.js');

const START_MILLIS = 30_000;
// The server gives calls under way two seconds.
const STOP_MILLIS = 5_000;
const HOST = '127.0.0.1';
const READY = /^listening on 127\.0\.0\.1:(\d+)\nadmin on 127\.0\.0\.1:(\d+)\n/;

/** @typedef {import('node:child_process').ChildProcessWithoutNullStreams} Child */

/** @type {typeof import('./index.js').startLocalMomento} */
async function startLocalMomento({ caches = [], port = 0, requireKey = false, latencyMillis = 0, program } = {}) {
  if (!Array.isArray(caches)) throw new TypeError('caches must be an array of names.');
  const found = findProgram(program);
  const apiKey = makeKey();
  const options = ['--exit-with-stdin', '--admin-port=0', `--port=${port}`, `--latency-ms=${latencyMillis}`];
  options.push(...caches.map(name => `--cache=${name}`), ...(requireKey ? [`--token=${apiKey}`] : []));
  const child = /** @type {Child} */ (start(found, options, 'pipe'));
  const ended = new Promise(resolve => child.once('close', resolve));
  const [listening, admin] = await ready(child, found);
  letGo(child);

  const endpoint = `http://${HOST}:${listening}`;
  return {
    host: HOST,
    port: listening,
    endpoint,
    apiKey,
    environment: Object.freeze({
      // Named outright, so that a token source which the machine's environment has already does not count.
      MOMENTO_TOKEN_SOURCE: 'env:MOMENTO_API_KEY',
      MOMENTO_API_KEY: apiKey,
      MOMENTO_ENDPOINT: endpoint,
    }),
    processId: /** @type {number} */ (child.pid),
    reset: async () => {
      for (const path of ['/reset', '/flush']) await post(endpoint, admin, path);
    },
    stop: async () => {
      // What is awaited must keep this process alive.
      child.ref();
      child.stdin.end();
      const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_MILLIS);
      await ended;
      clearTimeout(deadline);
    },
  };
}

/** @type {typeof import('./index.js').localMomento} */
async function localMomento(t, options) {
  const server = await startLocalMomento(options);
  t.after(() => server.stop());
  return server;
}

/**
 * The two ports, once the server has told them.
 *
 * @param {Child} child
 * @param {string} program
 * @returns {Promise<[number, number]>}
 */
function ready(child, program) {
  return new Promise((resolve, reject) => {
    let [printed, complaints] = ['', ''];
    const deadline = setTimeout(() => child.kill('SIGKILL'), START_MILLIS);
    child.once('error', error => {
      clearTimeout(deadline);
      reject(cannotRun(program, error));
    });
    child.stderr.on('data', chunk => (complaints = `${complaints}${chunk}`.slice(-4096)));
    child.stdout.on('data', chunk => {
      const found = READY.exec((printed += chunk));
      if (found === null) return;
      clearTimeout(deadline);
      resolve([Number(found[1]), Number(found[2])]);
    });
    child.once('close', () => {
      clearTimeout(deadline);
      const said = complaints.trim() || `it did not say so within ${START_MILLIS / 1000} s, or ended`;
      reject(new Error(`${program} did not get ready: ${said}`));
    });
  });
}

/**
 * From now on this process may end without waiting for the server.
 *
 * @param {Child} child
 */
function letGo(child) {
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) {
    /** @type {import('node:net').Socket} */ (/** @type {unknown} */ (pipe)).unref();
  }
  // A server that ended by itself takes the pipe with it; `stop` has nothing left to do then.
  child.stdin.on('error', () => {});
}

/**
 * @param {string} endpoint
 * @param {number} port
 * @param {string} path
 * @returns {Promise<void>}
 */
async function post(endpoint, port, path) {
  // An agent of its own: a connection that is kept would keep this process alive.
  const call = request({ host: HOST, port, path, method: 'POST', agent: false, timeout: START_MILLIS });
  call.once('timeout', () => call.destroy(new Error(`${endpoint} does not answer POST ${path}; start it anew.`)));
  call.end();
  const [response] = await once(call, 'response');
  response.resume();
  if (response.statusCode !== 200) {
    throw new Error(`${endpoint} answered POST ${path} with HTTP ${response.statusCode}; start it anew.`);
  }
  await once(response, 'end');
}

/** A Momento v2 API key as far as its form goes. */
function makeKey() {
  const header = { alg: 'HS256', typ: 'JWT' };
  const parts = [JSON.stringify(header), JSON.stringify({ t: 'g', jti: randomUUID() }), 'nobody signed this'];
  return parts.map(part => Buffer.from(part).toString('base64url')).join('.');
}

module.exports = { startLocalMomento, localMomento };
