// A client program of the soak, in Node. Lines and counts are those of python_soak.py, where they are described.
//
//     node node_soak.mjs '{"control": PORT, "package": FILE, "credentials": {"kind": "environment"}}'

import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { getHeapSpaceStatistics } from 'node:v8';

const CACHE = 'cache';
const options = JSON.parse(process.argv[2]);
const sdk = createRequire(options.package)('momento-lambda');
const control = createConnection({ host: '127.0.0.1', port: options.control, noDelay: true });
const send = event => control.write(`${JSON.stringify(event)}\n`);

let client;
const counts = { done: 0, writes: 0, failed: {}, write_failed: {}, slowest_ms: 0, keys: `write-${process.pid}` };

async function call(number, writeEvery) {
  const isGet = number % writeEvery !== 0;
  const start = performance.now();
  let code;
  try {
    const response = isGet
      ? await client.get(CACHE, 'present')
      : await client.increment(CACHE, `${counts.keys}-${counts.writes++}`, 1);
    if (typeof response.errorCode === 'function') code = response.errorCode();
  } catch (error) {
    code = `raised ${error.constructor.name}`;
  }
  counts.done += 1;
  counts.slowest_ms = Math.max(counts.slowest_ms, performance.now() - start);
  if (code === undefined) return;
  const failed = isGet ? counts.failed : counts.write_failed;
  failed[code] = (failed[code] ?? 0) + 1;
}

const orders = {
  make() {
    const start = performance.now();
    let error = null;
    try {
      client = sdk.getMomentoClient();
    } catch (thrown) {
      error = thrown.constructor.name;
    }
    send({ event: 'made', ms: performance.now() - start, error });
  },
  run({ calls, callers, write_every: writeEvery }) {
    let next = 0;
    const caller = async () => {
      while (next < calls) await call(next++, writeEvery);
    };
    for (let begun = 0; begun < callers; begun += 1) void caller();
  },
  state() {
    const young = getHeapSpaceStatistics().find(space => space.space_name === 'new_space');
    const left = process.getActiveResourcesInfo().length;
    send({ event: 'state', ...counts, left, young_mb: young.physical_space_size / 2 ** 20 });
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
    orders[order.do](order);
  });
});
