// CPU of all from a client to the first reply, in ms, all threads: with a look-up or without, as the variables say.
const { getMomentoClient, CacheGet, CacheSet } = require('momento-lambda');

(async () => {
  const begun = process.cpuUsage();
  const client = getMomentoClient();
  const stored = await client.set('cache', 'key', 'value');
  const found = await client.get('cache', 'key');
  const used = process.cpuUsage(begun);
  if (!(stored instanceof CacheSet.Success) || !(found instanceof CacheGet.Hit)) throw new Error(`${stored} ${found}`);
  console.log(((used.user + used.system) / 1000).toFixed(3));
})();
