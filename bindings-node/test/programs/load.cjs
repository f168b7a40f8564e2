// How long the package takes to load, with a client, and how large its addon is.
const begun = process.hrtime.bigint();
const { CacheClient, MomentoLocalProvider } = require('momento-lambda');
new CacheClient({ credentialProvider: new MomentoLocalProvider(), defaultTtlSeconds: 60 });
const milliseconds = Number(process.hrtime.bigint() - begun) / 1e6;
const { readdirSync, statSync } = require('node:fs');
const { dirname, join } = require('node:path');
const folder = dirname(require.resolve('momento-lambda/package.json'));
const addon = readdirSync(folder).find(name => name.endsWith('.node'));
const bytes = addon === undefined ? 0 : statSync(join(folder, addon)).size;
console.log(JSON.stringify({ milliseconds, bytes }));
