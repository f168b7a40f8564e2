// The declarations, as a user's compiler sees them: strict, for both module systems, without skipLibCheck.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from './servers.mjs';

const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const project = fileURLToPath(new URL('types', import.meta.url));

test('a user of the public API compiles', { timeout: 120_000 }, async () => {
  const { status, output } = await run(process.execPath, [compiler, '--project', project], { deadline: 110_000 });
  assert.equal(status, 0, output);
});
