// A CommonJS module of a user: the same types.
import momento = require('momento-lambda');

export const client: momento.ICacheClient = momento.getMomentoClient();
export const answer: Promise<momento.CacheGet.Response> = client.get('cache', 'key');
