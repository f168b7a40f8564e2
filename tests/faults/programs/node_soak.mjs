// A client program of the soak, in Node. Lines and counts are those of python_soak.py, where they are described.
//
//     node node_soak.mjs '{...}'      see control.mjs

import { getHeapSpaceStatistics } from 'node:v8';
import { CACHE, attempt, client, obey, send } from './control.mjs';

const counts = { done: 0, failed: {}, write_failed: {}, slowest_ms: 0 };
const writes = { keys: `write-${process.pid}`, begun: 0, failed: [] };

async function call(number, writeEvery) {
  const write = number % writeEvery === 0 ? writes.begun++ : undefined;
  const start = performance.now();
  const code = await attempt(() =>
    write === undefined ? client.get(CACHE, 'present') : client.increment(CACHE, `${writes.keys}-${write}`, 1),
  );
  counts.done += 1;
  counts.slowest_ms = Math.max(counts.slowest_ms, performance.now() - start);
  if (code === null) return;
  const failed = write === undefined ? counts.failed : counts.write_failed;
  failed[code] = (failed[code] ?? 0) + 1;
  if (write !== undefined) writes.failed.push(write);
}

obey({
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
  writes() {
    send({ event: 'writes', ...writes });
  },
});
