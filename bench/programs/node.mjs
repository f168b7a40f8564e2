// The client in Node, ours or the official one: one call at a time, or many workers.
//
//     node node.mjs ours|official TASK     tasks and answers are those of tasks.py

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [whose, argument] = process.argv.slice(2);
const task = JSON.parse(argument);
const { CacheClient, Configurations, CredentialProvider } = require(
  whose === 'ours' ? 'momento-lambda' : '@gomomento/sdk',
);
const CACHE = 'cache';
const KEY = 'key';
const TTL_SECONDS = 3600;
// Of all subjects: 10,000 calls at once must not run into the preset's 1.1 s.
const DEADLINE_MILLISECONDS = 60_000;

function credentials() {
  const endpoint = process.env.BENCH_ENDPOINT;
  if (whose === 'ours') return CredentialProvider.fromApiKeyV2({ apiKey: process.env.BENCH_KEY, endpoint });
  // The official package speaks plaintext only through its local provider, which sends no key.
  const { hostname, port } = new URL(endpoint);
  return CredentialProvider.forMomentoLocal({ hostname, port: Number(port) });
}

function check(found, wanted) {
  if (found !== wanted) throw new Error(`${found} bytes or elements, ${wanted} were wanted`);
}

// Of a hit; anything else has no such method.
const valueOf = (response, size) => check(response.valueUint8Array().length, size);

// A set's answer, or a batch's.
function stored(response) {
  if (response.type !== 'Success') throw new Error(String(response));
}

const bytes = size => new Uint8Array(size).fill(0x76);
// To a hundredth of a microsecond.
const microseconds = milliseconds => Math.round(milliseconds * 1e5) / 100;

// Calls one after the other; -> the microseconds of each after the warm-up.
async function timed(warm, calls, call) {
  const taken = [];
  for (let number = 0; number < warm + calls; number += 1) {
    const begun = performance.now();
    await call();
    const ended = performance.now();
    if (number >= warm) taken.push(microseconds(ended - begun));
  }
  return taken;
}

async function latency(client) {
  const value = bytes(task.size);
  const calls = {
    get: async () => valueOf(await client.get(CACHE, KEY), task.size),
    set: async () => stored(await client.set(CACHE, KEY, value)),
  };
  await calls.set();
  const figures = {};
  for (const operation of task.operations) figures[operation] = await timed(task.warmup, task.calls, calls[operation]);
  return figures;
}

async function throughput(client) {
  stored(await client.set(CACHE, KEY, bytes(task.size)));
  const figures = [];
  for (const inFlight of task.in_flight) figures.push(await loopOf(client, inFlight));
  return figures;
}

// A closed loop: each worker begins its next call when the last has been answered. Measured are the calls after the
// warm-up, for the time wanted, but at least one from each worker. One thread: the calls end in the order noted.
async function loopOf(client, inFlight) {
  const warmup = task.warmup;
  const latencies = [];
  let finished = 0;
  let opened = 0;
  let last = 0;
  let closed = false;
  async function work() {
    while (!closed) {
      const begun = performance.now();
      valueOf(await client.get(CACHE, KEY), task.size);
      const ended = performance.now();
      finished += 1;
      if (finished === warmup) opened = ended;
      if (finished <= warmup || closed) continue;
      latencies.push(microseconds(ended - begun));
      last = ended;
      closed = finished >= warmup + inFlight && ended - opened >= task.seconds * 1000;
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work));
  return { in_flight: inFlight, per_second: (latencies.length / (last - opened)) * 1000, latencies };
}

async function values(client) {
  const figures = [];
  for (const [size, calls] of task.sizes) {
    const value = bytes(size);
    const warm = Math.ceil(calls / 5);
    const set = await timed(warm, calls, async () => stored(await client.set(CACHE, 'value', value)));
    const get = await timed(warm, calls, async () => valueOf(await client.get(CACHE, 'value'), size));
    figures.push({ size, set, get });
  }
  return figures;
}

async function collections(client) {
  const keys = Array.from({ length: task.batch }, (_, number) => `batch-${number}`);
  const items = new Map(keys.map(key => [key, bytes(task.size)]));
  const calls = {
    set_batch: async () => stored(await client.setBatch(CACHE, items)),
    get_batch: async () => check((await client.getBatch(CACHE, keys)).valuesMapStringUint8Array().size, keys.length),
    list_fetch: async () =>
      check((await client.listFetch(CACHE, task.list)).valueListUint8Array().length, task.elements),
    dictionary_fetch: async () =>
      check((await client.dictionaryFetch(CACHE, task.dictionary)).valueMapStringUint8Array().size, task.elements),
  };
  const figures = {};
  for (const [name, call] of Object.entries(calls)) figures[name] = await timed(task.warmup, task.calls, call);
  return figures;
}

const client = await CacheClient.create({
  configuration: Configurations.Lambda.latest().withClientTimeoutMillis(DEADLINE_MILLISECONDS),
  credentialProvider: credentials(),
  defaultTtlSeconds: TTL_SECONDS,
});
const figures = await { latency, throughput, values, collections }[task.task](client);
console.log(JSON.stringify(figures));
client.close();
