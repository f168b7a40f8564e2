#!/usr/bin/env node
'use strict';

// `npx momento-lambda-local`: runs the program as if it stood in this one's place. Signals are passed on and the exit
// status is taken over. A session of its own keeps a Ctrl-C from reaching the program twice, which would cut off the
// calls under way; the pipe ends the program when this process is killed.

const { constants } = require('node:os');
const { cannotRun, findProgram, start } = require('./program.js');

/** @param {Error} error */
function fail(error) {
  console.error(`momento-lambda-local: ${error.message}`);
  process.exitCode = 1;
}

/** @param {string} program */
function run(program) {
  const options = process.argv.slice(2);
  // Asked for, the end of this process's own stdin is what counts.
  const asked = options.includes('--exit-with-stdin');
  const stdin = asked ? 'inherit' : 'pipe';
  // First: the program may print its port, and a signal be sent, before the line after `start` runs. What is called here
  // runs later than that line.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  const child = start(program, asked ? options : ['--exit-with-stdin', ...options], [stdin, 'inherit', 'inherit']);
  child.once('error', error => fail(cannotRun(program, error)));
  child.once('exit', (status, signal) => {
    // As a shell would say it.
    process.exitCode = status ?? 128 + constants.signals[signal ?? 'SIGKILL'];
    child.stdin?.destroy();
  });
}

try {
  run(findProgram());
} catch (error) {
  fail(/** @type {Error} */ (error));
}
