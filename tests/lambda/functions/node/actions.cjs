// What the function does, whichever way `momento-lambda` was loaded.

const CACHE = 'cache';

function failure(operation, error) {
  console.log(`function: ${operation} failed:`, error);
  return { operation, error_code: error.errorCode(), message: error.message() };
}

async function roundtrip({ getMomentoClient, CacheGet, CacheSet }, key, value) {
  const client = getMomentoClient();
  const stored = await client.set(CACHE, key, value);
  if (stored instanceof CacheSet.Error) return failure('set', stored);
  const found = await client.get(CACHE, key);
  if (found instanceof CacheGet.Error) return failure('get', found);
  return { value: found instanceof CacheGet.Hit ? found.valueString() : null };
}

exports.createHandler = momento => async event => {
  console.log(`function: ${event.action} in process ${process.pid}`);
  if (event.action === 'raise') throw new RangeError(event.message);
  if (event.action === 'sleep') await new Promise(resolve => setTimeout(resolve, event.seconds * 1000));
  if (event.action === 'exit') process.exit(event.status);
  return { pid: process.pid, ...(await roundtrip(momento, event.key, event.value)) };
};
