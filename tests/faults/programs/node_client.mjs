// A client program of the fault lab, in Node: ours or the official package. The lines over the control port, and the
// records, are those of python_client.py, where they are described.
//
//     node node_client.mjs '{...}'      see control.mjs

import { setTimeout as pause } from 'node:timers/promises';
import { CACHE, attempt, client, obey, send, telling } from './control.mjs';

const PORTION = 5000;
const POP = 'list_pop_front';
// No value may look like a key.
const WRITES = {
  increment: key => client.increment(CACHE, key, 1),
  list_push_back: key => client.listPushBack(CACHE, key, 'pushed'),
  set_if_not_exists: key => client.setIfNotExists(CACHE, key, 'set'),
  [POP]: key => client.listPopFront(CACHE, key),
};
const IN_TURN = Object.keys(WRITES);
const now = () => process.hrtime.bigint();

let stopping = false;
let workers = [];
let records = [];
let awaited = [];
let lastKey = 0;
let lists = 0;
let popped = 0;

function record(operation, start, code, key) {
  records.push([operation, Number(start), Number((now() - start) / 1000n), code, key]);
  const kind = key === null ? 'get' : 'write';
  for (const order of awaited) {
    if (order.operation === kind && !(order.good && code !== null)) order.count -= 1;
  }
  for (const { id } of awaited.filter(({ count }) => count <= 0)) send({ event: 'told', id });
  awaited = awaited.filter(({ count }) => count > 0);
}

// Operation and key.
function* calls({ operation, turn }) {
  for (let at = turn; ; at += 1) {
    const write = IN_TURN[at % IN_TURN.length];
    if (operation === 'get') yield ['get', null];
    else if (write !== POP) yield [write, `write-${process.pid}-${(lastKey += 1)}`];
    else if (popped < lists) yield [write, `write-0-${popped++}`];
  }
}

// At a steady rate; what was missed while a call hung is not made up for.
async function work(given) {
  const period = 1000 / given.rate;
  let due = performance.now();
  let left = given.calls ?? Infinity;
  for (const [operation, key] of calls(given)) {
    if (stopping || left-- <= 0) return;
    const start = now();
    const code = await attempt(() => (key === null ? client.get(CACHE, 'present') : WRITES[operation](key)));
    record(operation, start, code, key);
    due = Math.max(due + period, performance.now() - period);
    await pause(Math.max(0, due - performance.now()));
  }
}

obey({
  start(order) {
    stopping = false;
    lists = order.lists;
    workers = order.workers.map(work);
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
});
