// The declarations, as a user's compiler sees them: strict, for both module systems, without skipLibCheck.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from './servers.mjs';

const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const project = fileURLToPath(new URL('types', import.meta.url));

const RESOLUTIONS = {
  'Node 16': [],
  'the newest Node': ['--module', 'nodenext', '--moduleResolution', 'nodenext'],
  'a bundler': ['--module', 'preserve', '--moduleResolution', 'bundler', '--customConditions', 'module'],
};

for (const [whose, options] of Object.entries(RESOLUTIONS)) {
  test(`a user of the public API compiles, resolved as by ${whose}`, { timeout: 120_000 }, async () => {
    const parameters = [compiler, '--project', project, ...options];
    const { status, output } = await run(process.execPath, parameters, { deadline: 110_000 });
    assert.equal(status, 0, output);
  });
}
