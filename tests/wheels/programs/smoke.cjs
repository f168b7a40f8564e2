// One value there and back through the CommonJS module that is installed. Arguments: the local server's port, a cache.

const { CacheClient, CacheGet, CacheSet, Configurations, CredentialProvider } = require('momento-lambda');

async function main() {
  const [port, cache] = process.argv.slice(2);
  const client = new CacheClient({
    configuration: Configurations.Lambda.latest().withClientTimeoutMillis(10_000),
    credentialProvider: CredentialProvider.forMomentoLocal({ port: Number(port) }),
    defaultTtlSeconds: 60,
  });
  await client.createCache(cache);
  const stored = await client.set(cache, 'key', 'from the package');
  if (!(stored instanceof CacheSet.Success)) throw new Error(stored.toString());
  const found = await client.get(cache, 'key');
  if (!(found instanceof CacheGet.Hit) || found.value() !== 'from the package') throw new Error(found.toString());
  client.close();
  console.log('smoke: passed');
}

main();
