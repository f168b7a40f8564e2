// `node.cjs PACKAGE GETS SETS`: that many calls, one at a time.
const [name, gets, sets] = process.argv.slice(2);
const { CacheClient, Configurations, MomentoLocalProvider } = require(name);

const VALUE = 'v'.repeat(100);

(async () => {
  const { hostname, port } = new URL(process.env.BENCH_ENDPOINT);
  const client = new CacheClient({
    // A start under callgrind takes the official package longer than its deadline of 1.1 s.
    configuration: Configurations.Lambda.latest().withClientTimeoutMillis(60_000),
    credentialProvider: new MomentoLocalProvider({ hostname, port: Number(port) }),
    defaultTtlSeconds: 60,
  });
  let stored = await client.set('cache', 'key', VALUE);
  let found = await client.get('cache', 'key');
  for (let call = 0; call < Number(gets); call += 1) found = await client.get('cache', 'key');
  for (let call = 0; call < Number(sets); call += 1) stored = await client.set('cache', 'key', VALUE);
  if (!String(stored).startsWith('Success')) throw new Error(String(stored));
  if (found.valueString() !== VALUE) throw new Error(String(found));
  client.close();
})();
