// Prints how long the first client of the process took; the last argument names the source of its token.

import { getMomentoClient } from 'momento-lambda';

const begun = performance.now();
const client = getMomentoClient({ tokenSource: process.argv.at(-1) });
const milliseconds = performance.now() - begun;
client.close();
console.log(JSON.stringify({ milliseconds }));
