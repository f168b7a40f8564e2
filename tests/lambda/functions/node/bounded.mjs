// A handler that gives its calls no more time than it has itself.

import { CacheGet, Configurations, getMomentoClient, withInvocation } from 'momento-lambda';

const configuration = Configurations.Lambda.latest().withClientTimeoutMillis(60_000);

export const handler = withInvocation(async (event, _context) => {
  const found = await getMomentoClient({ configuration }).get('cache', event.key);
  if (!(found instanceof CacheGet.Error)) return { pid: process.pid };
  return { pid: process.pid, error_code: found.errorCode(), message: found.message() };
});
