// The package as it is found where its addon was not installed: the compiled files alone.

const { cpSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { dirname, join } = require('node:path');

const folder = mkdtempSync(join(tmpdir(), 'momento-lambda-'));
try {
  cpSync(dirname(require.resolve('momento-lambda')), join(folder, 'dist'), { recursive: true });
  require(join(folder, 'dist', 'index.js'));
} catch (error) {
  console.log(error.message);
} finally {
  rmSync(folder, { recursive: true });
}
