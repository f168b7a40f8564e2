// Tests of a function, examples/node_function/index.mjs, against a Momento in memory.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { CacheGet, getMomentoClient } from 'momento-lambda';
import { startLocalMomento } from 'momento-lambda-local';
import { handler } from './index.mjs';

describe('the function', () => {
  let momento;
  before(async () => {
    momento = await startLocalMomento({ caches: ['cache'] });
    Object.assign(process.env, momento.environment);
  });
  beforeEach(() => momento.reset());
  after(() => momento.stop());

  it('gives back what it stored', async () => {
    const answer = await handler({ key: 'greeting', value: 'hello' });

    assert.equal(answer.value, 'hello');
    assert.ok((await getMomentoClient().get('cache', 'greeting')) instanceof CacheGet.Hit);
  });

  it('finds the cache empty in the next test', async () => {
    assert.ok((await getMomentoClient().get('cache', 'greeting')) instanceof CacheGet.Miss);
  });
});
