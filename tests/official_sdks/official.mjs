// The published client and the server that it is run against.

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

import {CacheClient, Configurations, CredentialProvider} from '@gomomento/sdk';

const BINARY =
  process.env.MOMENTO_LAMBDA_LOCAL ??
  fileURLToPath(new URL('../../.venv/bin/momento-lambda-local', import.meta.url));

/** Starts the server on a free port; `stop` holds it to a clean exit. */
export async function serve(...args) {
  const child = spawn(BINARY, ['--port', '0', ...args], {stdio: ['ignore', 'pipe', 'inherit']});
  const ended = once(child, 'exit');
  const first = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  const match = /^listening on 127\.0\.0\.1:(\d+)$/.exec(String(first[0]));
  assert.ok(match, `the server's first line was ${first[0]}`);
  return {
    port: Number(match[1]),
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      assert.equal(code, 0);
    },
  };
}

export function connect(credentialProvider) {
  return CacheClient.create({
    configuration: Configurations.Laptop.v1(),
    credentialProvider,
    defaultTtlSeconds: 60,
  });
}

export const local = port => CredentialProvider.forMomentoLocal({hostname: '127.0.0.1', port});

export function withToken(port, token) {
  const key = JSON.stringify({endpoint: 'unused.example', api_key: token});
  const endpoint = `127.0.0.1:${port}`;
  return CredentialProvider.fromString({
    apiKey: Buffer.from(key).toString('base64'),
    endpointOverrides: {
      controlEndpoint: endpoint,
      cacheEndpoint: endpoint,
      tokenEndpoint: endpoint,
      secureConnection: false,
    },
  });
}
