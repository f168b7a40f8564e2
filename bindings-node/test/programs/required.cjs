const { getMomentoClient, CacheSet } = require('momento-lambda');

async function main() {
  const cache = getMomentoClient().cache('cache');
  const stored = await cache.set('required', 'value');
  if (!(stored instanceof CacheSet.Success)) throw stored.innerException();
  console.log(String(await cache.get('required')));
}

main();
