// Keys of every format, made here: none of them opens anything.

const base64url = value => Buffer.from(JSON.stringify(value)).toString('base64url');

export const v1 = (endpoint = 'cell.example.com', key = 'stand-in') =>
  Buffer.from(JSON.stringify({ endpoint, api_key: key })).toString('base64');

export const jwt = claims => `${base64url({ alg: 'none' })}.${base64url(claims)}.c2lnbmF0dXJl`;

export const v2 = (more = {}) => jwt({ t: 'g', ...more });

export const legacy = (more = {}) => jwt({ c: 'cache.old.example.com', cp: 'control.old.example.com', ...more });

/** A secret's value that leads to a server on this machine. */
export const secretFor = server => JSON.stringify({ MOMENTO_API_KEY: v2(), MOMENTO_ENDPOINT: server.url });
