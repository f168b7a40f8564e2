// Puts the addon that cargo built beside dist, under the name that lib/native.ts looks for.

import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const built = {
  darwin: 'libmomento_lambda_node.dylib',
  linux: 'libmomento_lambda_node.so',
  win32: 'momento_lambda_node.dll',
}[process.platform];
if (built === undefined) throw new Error(`no addon is known for ${process.platform}`);

const folder = fileURLToPath(new URL('..', import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(folder, '..', 'target');
// Node's own word for the C library it runs on; absent on musl.
const { glibcVersionRuntime } = process.report.getReport().header;
const library = process.platform === 'linux' ? (glibcVersionRuntime ? '-gnu' : '-musl') : '';
const name = `momento-lambda.${process.platform}-${process.arch}${library}.node`;

// Copied aside and renamed: writing over a file that a process has loaded would crash that process.
copyFileSync(join(target, 'release', built), join(folder, `${name}.new`));
renameSync(join(folder, `${name}.new`), join(folder, name));
