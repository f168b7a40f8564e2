// A function with momento-lambda: the client is made at loading, the first set and get are the first call's.
const { getMomentoClient, CacheGet } = require('momento-lambda');

const client = getMomentoClient();

exports.handler = async () => {
  await client.set('cache', 'key', 'value');
  const found = await client.get('cache', 'key');
  return { value: found instanceof CacheGet.Hit ? found.valueString() : String(found) };
};
