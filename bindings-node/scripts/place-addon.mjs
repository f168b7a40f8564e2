// Puts the addon that wheels/build made for this machine beside dist, under the name that lib/native.ts looks for.

import { copyFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Node's own word for the C library it runs on; absent on musl.
const { glibcVersionRuntime } = process.report.getReport().header;
const library = process.platform === 'linux' ? (glibcVersionRuntime ? '-gnu' : '-musl') : '';
const name = `momento-lambda.${process.platform}-${process.arch}${library}.node`;

const built = fileURLToPath(new URL(`../../target/shipped/${name}`, import.meta.url));
const placed = fileURLToPath(new URL(`../${name}`, import.meta.url));
// Copied aside and renamed: writing over a file that a process has loaded would crash that process.
copyFileSync(built, `${placed}.new`);
renameSync(`${placed}.new`, placed);
