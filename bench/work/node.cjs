// `node.cjs PACKAGE GETS SETS`: that many calls, one at a time.
const [name, gets, sets] = process.argv.slice(2);
const { CacheClient, Configurations, MomentoLocalProvider } = require(name);

const VALUE = 'v'.repeat(100);

(async () => {
  const { hostname, port } = new URL(process.env.BENCH_ENDPOINT);
  const client = new CacheClient({
    configuration: Configurations.Lambda.latest(),
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
