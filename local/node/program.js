'use strict';

// Where the program momento-lambda-local is, and how it is started: it lies in a package per platform, which npm chooses by its `os`, `cpu` and `libc`.
// MOMENTO_LAMBDA_LOCAL names one that was built by hand.

const { spawn } = require('node:child_process');
const { closeSync, existsSync, openSync, readSync } = require('node:fs');

const platform = `${process.platform}-${process.arch}`;
const systems = process.platform === 'linux' ? ['-gnu', '-musl'] : [''];
const suffix = process.platform === 'win32' ? '.exe' : '';
const library = process.platform === 'linux' ? ' --libc=glibc' : '';
// The ELF header's numbers and Node's names.
/** @type {Record<number, string>} */
const processors = { 3: 'ia32', 40: 'arm', 62: 'x64', 183: 'arm64', 243: 'riscv64' };
const advice =
  `install it for this machine: npm install --os=${process.platform} --cpu=${process.arch}${library} ` +
  'momento-lambda-local, without --omit=optional';

/**
 * @param {string} [named] this one, instead of the one that belongs to this installation
 * @returns {string}
 */
function findProgram(named) {
  const origin = named === undefined ? 'MOMENTO_LAMBDA_LOCAL' : 'program';
  named ??= process.env.MOMENTO_LAMBDA_LOCAL || undefined;
  if (named !== undefined) {
    if (existsSync(named)) return named;
    throw new Error(`${origin} is ${named}, which is no file; give the path of momento-lambda-local, or leave it out.`);
  }
  for (const system of systems) {
    try {
      return require.resolve(`momento-lambda-local-${platform}${system}/momento-lambda-local${suffix}`);
    } catch {
      // The next one may be there.
    }
  }
  throw new Error(`the program momento-lambda-local for ${platform} is missing from this installation; ${advice}.`);
}

/**
 * `spawn` in a session of its own, which says what to do about a program for another machine.
 *
 * @param {string} program
 * @param {string[]} options
 * @param {import('node:child_process').StdioOptions} stdio
 */
function start(program, options, stdio) {
  const processor = processorOf(program);
  // Started all the same, it would be given to a shell, which takes it for a script.
  if (processor !== undefined && processor !== process.arch) {
    throw new Error(`${program} is built for linux-${processor}, and this Node runs on ${platform}; ${advice}.`);
  }
  try {
    return spawn(program, options, { stdio, detached: true });
  } catch (error) {
    throw cannotRun(program, /** @type {NodeJS.ErrnoException} */ (error));
  }
}

/**
 * What a Linux program is built for; undefined for anything else.
 *
 * @param {string} program
 * @returns {string | undefined}
 */
function processorOf(program) {
  const head = Buffer.alloc(20);
  try {
    const file = openSync(program, 'r');
    try {
      readSync(file, head, 0, head.length, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    // What can be run need not be readable.
    return undefined;
  }
  if (head.readUInt32BE(0) !== 0x7f454c46) return undefined;
  const number = head.readUInt16LE(18);
  return processors[number] ?? `processor ${number}`;
}

/**
 * What to say when the system refused to run a program that is there.
 *
 * @param {string} program
 * @param {NodeJS.ErrnoException} error
 * @returns {Error}
 */
function cannotRun(program, error) {
  // The second is what Linux says of a program whose loader is missing: one for another C library.
  const text = ['ENOEXEC', 'ENOENT'].includes(error.code ?? '')
    ? `${program} is not built for this machine (${platform}: ${error.code}); ${advice}.`
    : `${program} can't be started (${error.code}); see to it that this user may run it.`;
  return new Error(text, { cause: error });
}

module.exports = { cannotRun, findProgram, start };
