// The cold path with momento-lambda: require, secret, connection, first set and get.
const begun = process.hrtime.bigint();
const { getMomentoClient, CacheGet, CacheSet } = require('momento-lambda');

(async () => {
  const client = getMomentoClient();
  const stored = await client.set('cache', 'key', 'value');
  const found = await client.get('cache', 'key');
  const milliseconds = Number(process.hrtime.bigint() - begun) / 1e6;
  if (!(stored instanceof CacheSet.Success)) throw new Error(String(stored));
  if (!(found instanceof CacheGet.Hit) || found.valueString() !== 'value') throw new Error(String(found));
  console.log(milliseconds.toFixed(3));
})();
