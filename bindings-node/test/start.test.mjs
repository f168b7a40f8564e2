// INIT: making a client waits for nobody, whatever the peers do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getMomentoClient } from 'momento-lambda';
import { v1 } from './keys.mjs';
import { refusingPort, startSilence } from './servers.mjs';

const variables = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' };

for (const peer of ['silent', 'refusing']) {
  for (const role of ['store', 'cache']) {
    test(`a ${peer} ${role}`, { timeout: 30_000 }, async () => {
      const silence = await startSilence();
      const port = peer === 'silent' ? silence.port : await refusingPort();
      const url = `http://127.0.0.1:${port}`;
      const name = `KEY_${peer}_${role}`;
      const environment = { ...variables, AWS_ENDPOINT_URL_SECRETS_MANAGER: url, [name]: v1(url) };
      Object.assign(process.env, environment);
      try {
        const taken = [1, 2, 3, 4, 5].map(defaultTtlSeconds => {
          const tokenSource = role === 'store' ? `secretsmanager:${name}` : `env:${name}`;
          const begun = performance.now();
          const client = getMomentoClient({ tokenSource, defaultTtlSeconds });
          const milliseconds = performance.now() - begun;
          client.close();
          return milliseconds;
        });
        // The best of them: a loaded machine takes its time with all else.
        assert.ok(Math.min(...taken) < 50, taken.join());
      } finally {
        for (const each of Object.keys(environment)) delete process.env[each];
        await silence.stop();
      }
    });
  }
}
