// A function's folder with its packages, for the function's architecture and not for this machine's.
//
// PythonFunction always runs Docker, and NodejsFunction's bundler can't take a compiled addon into its one file. Here
// pip or npm install on this machine, told for which platform; only where that fails, CDK does the same in Docker.

import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { basename } from 'node:path';
import { AssetHashType } from 'aws-cdk-lib';
import { Code, Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';

export type Architecture = 'arm64' | 'x86_64';

const WHEEL_PLATFORM = { arm64: 'manylinux2014_aarch64', x86_64: 'manylinux2014_x86_64' };
const NPM_CPU = { arm64: 'arm64', x86_64: 'x64' };
const NOT_CODE = ['node_modules', '__pycache__'];

// Compiled files would carry times, and the hash of the asset would be another each time.
const pipInstall = (runtime: Runtime, architecture: Architecture): string[] => [
  ...['python3', '-m', 'pip', 'install', '--requirement=requirements.txt', '--target=.', '--no-compile'],
  ...[`--platform=${WHEEL_PLATFORM[architecture]}`, `--python-version=${runtime.name.replace('python', '')}`],
  '--only-binary=:all:',
];

const npmInstall = (architecture: Architecture): string[] => [
  ...['npm', 'install', '--omit=dev', '--os=linux', '--libc=glibc', `--cpu=${NPM_CPU[architecture]}`],
];

export function bundledCode(folder: string, runtime: Runtime, architecture: Architecture): Code {
  const install =
    runtime.family === RuntimeFamily.PYTHON ? pipInstall(runtime, architecture) : npmInstall(architecture);

  const tryBundle = (output: string): boolean => {
    cpSync(folder, output, { recursive: true, filter: path => !NOT_CODE.includes(basename(path)) });
    const [program, ...options] = install;
    try {
      execFileSync(program, options, { cwd: output, stdio: ['ignore', process.stderr, process.stderr] });
      return true;
    } catch (error) {
      console.error(`${folder}: not bundled on this machine, so Docker is tried. ${error}`);
      return false;
    }
  };

  return Code.fromAsset(folder, {
    // Of the source alone the hash would stay the same when the architecture changes, and so would the packages. For
    // the same reason nothing is excluded by the option `exclude`: it would take node_modules out of the hash.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      local: { tryBundle },
      image: runtime.bundlingImage,
      command: [
        'sh',
        '-c',
        `cp -r . /asset-output && cd /asset-output && rm -rf ${NOT_CODE.join(' ')} && ${install.join(' ')}`,
      ],
    },
  });
}
