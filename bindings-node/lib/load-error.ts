// Why the addon does not load, in one sentence with the command that mends it.
//
// Node's own words ("Cannot find module", "cannot open shared object file") hide the usual reasons: the package was
// installed on another machine, or for an older system or another C library. They are read from what is installed, from
// the file itself and from this process. Used only when loading has failed.

import { closeSync, openSync, readSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** A place that was tried: the platform's name as in our packages, the file or package, and what `require` threw. */
export interface Failure {
  target: string;
  place: string;
  error: Error;
}

const OLDEST_NODE = 18;
const BUILT_FOR = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];
// The ELF header's numbers and Node's names.
const ELF_PROCESSORS: Record<number, string> = { 3: 'ia32', 40: 'arm', 62: 'x64', 183: 'arm64', 243: 'riscv64' };

/**
 * One sentence: what is wrong with the addon, and what to do.
 *
 * @param failures Every place that was tried, none of which gave an addon.
 * @param folder Where this package's own files are.
 */
export function explain(failures: Failure[], folder: string): string {
  const here = `${process.platform}-${process.arch}`;
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    return `momento-lambda needs Node ${OLDEST_NODE} or newer, and this is ${process.version}; choose a newer Node or runtime.`;
  }
  if (!BUILT_FOR.includes(here)) {
    return `momento-lambda has no addon for ${here}, only for ${BUILT_FOR.join(', ')}; run it on one of these.`;
  }
  const present = failures.filter(({ error }) => (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND');
  const [failure] = present;
  if (failure === undefined) return missing(here, folder);
  return wrongFile(failure, here, folder) ?? wrongSystem(failure, here) ?? unknown(failure, here);
}

/** The addon's package was left out; a package for another platform tells where the installation was made. */
function missing(here: string, folder: string): string {
  const others = ['..', '../..', '.', '../node_modules'].flatMap(place => installedIn(join(folder, place)));
  const found = others.length === 0 ? '' : ` (it has ${[...new Set(others)].join(', ')})`;
  return (
    `momento-lambda's addon for ${here} is missing from this installation${found}; ${install(here)}, ` +
    'without --omit=optional, and ship all of node_modules; beside a bundle, put its .node file.'
  );
}

function installedIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => /^momento-lambda[-.](linux|darwin|win32)-/.test(name));
  } catch {
    return [];
  }
}

/** What the first bytes say: another system, another processor, or a damaged file. */
function wrongFile({ place, error }: Failure, here: string, folder: string): string | undefined {
  const file = fileOf(place, folder);
  if (file === undefined) return undefined;
  const head = Buffer.alloc(20);
  try {
    const open = openSync(file, 'r');
    try {
      if (readSync(open, head, 0, head.length, 0) < head.length) return damaged(file, error, here);
    } finally {
      closeSync(open);
    }
  } catch (problem) {
    return `${file} can't be read (${(problem as Error).message}); make it readable for this user.`;
  }
  const magic = head.readUInt32BE(0);
  let builtFor: string;
  if (magic === 0x7f454c46) {
    const processor = head.readUInt16LE(18);
    builtFor = `linux-${ELF_PROCESSORS[processor] ?? `processor ${processor}`}`;
  } else if (magic === 0xcffaedfe || magic === 0xcafebabe) {
    builtFor = `darwin-${process.platform === 'darwin' ? 'another processor' : process.arch}`;
  } else if (head.toString('latin1', 0, 2) === 'MZ') {
    builtFor = `win32-${process.platform === 'win32' ? 'another processor' : process.arch}`;
  } else {
    return damaged(file, error, here);
  }
  if (builtFor === here) return undefined;
  return `${file} is built for ${builtFor}, and this Node runs on ${here}; ${install(here)}.`;
}

/** What the system lacks that the right file asks for. */
function wrongSystem({ place, error }: Failure, here: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const header = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
  const version = header.glibcVersionRuntime;
  if (version === undefined) {
    return (
      `${place} is built for glibc, and this Node runs on another C library (musl, as on Alpine); use an image with ` +
      'glibc, such as Amazon Linux or Debian.'
    );
  }
  const needed = /version [`']GLIBC_([\w.]+)' not found/.exec(error.message)?.[1];
  if (needed !== undefined) {
    return (
      `${place} needs glibc ${needed}, and this system has ${version}: it was built on a newer one; ${install(here)}, ` +
      'whose addons run from glibc 2.17 on.'
    );
  }
  if (/file too short|ELF/.test(error.message)) return damaged(place, error, here);
  return undefined;
}

function unknown({ place, error }: Failure, here: string): string {
  return `${place} can't be loaded (${error.message}); ${install(here)}.`;
}

function damaged(place: string, error: Error, here: string): string {
  return `${place} is damaged (${error.message.split('\n')[0]}); ${install(here)}.`;
}

/** A package's main file, wherever it lies. `node:module` takes 0.4 ms, so it is asked only when nothing else has helped. */
export function packageFile(name: string, folder: string): string {
  const { createRequire } = require('node:module') as typeof import('node:module');
  return createRequire(`${folder}/`).resolve(name);
}

/** The file behind a place, which may be a package. */
function fileOf(place: string, folder: string): string | undefined {
  if (isAbsolute(place)) return place;
  try {
    return packageFile(place, folder);
  } catch {
    return undefined;
  }
}

/** The command for this machine. */
function install(here: string): string {
  const [system, processor] = here.split('-');
  const library = system === 'linux' ? ' --libc=glibc' : '';
  return `install it for this machine: npm install --os=${system} --cpu=${processor}${library} momento-lambda`;
}
