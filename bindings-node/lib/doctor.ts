// `npx momento-lambda doctor`: says why the package does not work here, or would not on Lambda.
//
// The checks are in the addon, the same for all languages. Where that does not load, this is the finding, in a report of
// the same form. A file that was cut off ends the process that loads it, without a word: so another process tries first.
// This is a file of its own: a function never loads it.

import { spawnSync } from 'node:child_process';

type Native = typeof import('./native');
type Outcome = ReturnType<Native['addon']['doctor']>;

// The word by which this command asks itself to load the addon and end.
const TRY = 'try-addon';
const USAGE = 'usage: npx momento-lambda doctor [PATH] [options]; doctor --help lists the options\n';

function main(args: string[]): Outcome {
  if (args[0] === '-h' || args[0] === '--help') return { exitCode: 0, text: USAGE };
  if (args[0] === TRY) return tryHere();
  if (args[0] !== 'doctor') return { exitCode: 2, text: USAGE };
  let native: Native;
  try {
    tryElsewhere();
    native = load();
  } catch (error) {
    return { exitCode: 1, text: broken((error as Error).message, args.includes('--json')) };
  }
  return native.addon.doctor(args.slice(1), `nodejs:${process.versions.node}`, native.addonFile);
}

function load(): Native {
  return require('./native') as Native;
}

function tryHere(): Outcome {
  try {
    load();
  } catch {
    // What can be told is told by the process that asked.
  }
  return { exitCode: 0, text: '' };
}

/** Throws if loading the addon ends a process. */
function tryElsewhere(): void {
  const { signal, error } = spawnSync(process.execPath, [__filename, TRY], { stdio: 'ignore', timeout: 5000 });
  // Without a process to spare, or in time, nothing is known.
  if (signal === null || error !== undefined) return;
  throw new Error(
    `momento-lambda's addon ends the process that loads it (${signal}): its file is cut off or damaged; ` +
      'install it again: remove node_modules/momento-lambda*, then npm install momento-lambda.',
  );
}

/** The report where nothing else can be checked. */
function broken(reason: string, asJson: boolean): string {
  const { version } = require('../package.json') as { version: string };
  const split = reason.indexOf('; ');
  const [message, fix] = split < 0 ? [reason, reason] : [reason.slice(0, split), reason.slice(split + 2)];
  if (asJson) {
    const check = { name: 'addon', status: 'failed', milliseconds: 0, message, fix };
    const report = { version, language: 'node', kind: 'environment', ok: false, checks: [check] };
    return `${JSON.stringify(report, null, 2)}\n`;
  }
  return (
    `momento-lambda ${version} doctor (node): environment\nFAILED   addon  ${message}\n` +
    `                what to do: ${fix}\nFailed checks: 1.\n`
  );
}

const { exitCode, text } = main(process.argv.slice(2));
process.exitCode = exitCode;
(exitCode === 2 ? process.stderr : process.stdout).write(text);
