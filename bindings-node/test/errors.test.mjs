// The error classes, their codes and the official sentences.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as momento from 'momento-lambda';

const CONTACT = 'please contact us at support@momentohq.com';

for (const [name, code, wrapper] of [
  ['InvalidArgumentError', 'INVALID_ARGUMENT_ERROR', 'Invalid argument passed to Momento client'],
  ['UnknownServiceError', 'UNKNOWN_SERVICE_ERROR', `Service returned an unknown response; ${CONTACT}`],
  [
    'CacheAlreadyExistsError',
    'ALREADY_EXISTS_ERROR',
    'A cache with the specified name already exists.  To resolve this error, either delete the existing cache and make a new one, or use a different name',
  ],
  [
    'CacheNotFoundError',
    'NOT_FOUND_ERROR',
    'A cache with the specified name does not exist.  To resolve this error, make sure you have created the cache before attempting to use it',
  ],
  [
    'InternalServerError',
    'INTERNAL_SERVER_ERROR',
    `An unexpected error occurred while trying to fulfill the request; ${CONTACT}`,
  ],
  ['PermissionError', 'PERMISSION_ERROR', 'Insufficient permissions to perform an operation on a cache'],
  ['AuthenticationError', 'AUTHENTICATION_ERROR', 'Invalid authentication credentials to connect to cache service'],
  [
    'CancelledError',
    'CANCELLED_ERROR',
    'The request was cancelled; please contact us if this was unexpected at support@momentohq.com',
  ],
  ['ConnectionError', 'CONNECTION_ERROR', undefined],
  ['BadRequestError', 'BAD_REQUEST_ERROR', `The request was invalid; ${CONTACT}`],
  [
    'TimeoutError',
    'TIMEOUT_ERROR',
    "The client's configured timeout was exceeded; you may need to use a Configuration with more lenient timeouts",
  ],
  [
    'ServerUnavailableError',
    'SERVER_UNAVAILABLE',
    `The server was unable to handle the request; consider retrying.  If the error persists, ${CONTACT}`,
  ],
  ['ClientResourceExhaustedError', 'CLIENT_RESOURCE_EXHAUSTED', undefined],
  [
    'FailedPreconditionError',
    'FAILED_PRECONDITION_ERROR',
    "System is not in a state required for the operation's execution",
  ],
  ['UnknownError', 'UNKNOWN_ERROR', 'Unknown error has occurred'],
  [
    'StoreNotFoundError',
    'STORE_NOT_FOUND_ERROR',
    'A store with the specified name does not exist.  To resolve this error, make sure you have created the store before attempting to use it',
  ],
  ['StoreItemNotFoundError', 'STORE_ITEM_NOT_FOUND_ERROR', 'An item with the specified key does not exist'],
  [
    'StoreAlreadyExistsError',
    'ALREADY_EXISTS_ERROR',
    'A store with the specified name already exists.  To resolve this error, either delete the existing store and make a new one, or use a different name',
  ],
  ['LimitExceededError', 'LIMIT_EXCEEDED_ERROR', 'Limit exceeded for this account'],
]) {
  test(`${name} has its code and its sentence`, () => {
    const error = new momento[name]('what happened', 3, { a: 'b' });
    assert.ok(error instanceof momento.SdkError);
    assert.ok(error instanceof Error);
    assert.equal(error.errorCode(), code);
    assert.equal(momento.MomentoErrorCode[code], code);
    assert.equal(error.message, 'what happened');
    assert.equal(error.wrappedErrorMessage(), wrapper ? `${wrapper}: what happened` : 'what happened');
    assert.deepEqual({ ...error.transportDetails().grpc }, { code: 3, details: 'what happened', metadata: { a: 'b' } });
    const response = new momento.CacheGet.Error(error);
    assert.equal(response.type, 'Error');
    assert.equal(response.value(), undefined);
    assert.equal(response.message(), error.wrappedErrorMessage());
    assert.equal(response.toString(), error.wrappedErrorMessage());
    assert.equal(response.innerException(), error);
    assert.equal(response.errorCode(), code);
  });
}

for (const [cause, words, wrapper] of [
  ['topic_subscriptions_limit_exceeded', 'too many subscribers', 'Topic subscriptions limit'],
  ['operations_rate_limit_exceeded', 'too many Operations', 'Request rate limit'],
  ['throughput_rate_limit_exceeded', 'throughput', 'Bandwidth limit'],
  ['request_size_limit_exceeded', 'Request limit exceeded', 'Request size limit'],
  ['item_size_limit_exceeded', 'Item size', 'Item size limit'],
  ['element_size_limit_exceeded', 'element size', 'Element size limit'],
]) {
  test(`a LimitExceededError says which: ${cause}`, () => {
    const sentence = new RegExp(`^${wrapper} exceeded for this account: `);
    assert.match(new momento.LimitExceededError(words).wrappedErrorMessage(), sentence);
    const said = new momento.LimitExceededError('enough', 8, {}, undefined, cause);
    assert.match(said.wrappedErrorMessage(), sentence);
  });
}

test('codes have their official aliases', () => {
  assert.equal(momento.MomentoErrorCode.CACHE_NOT_FOUND_ERROR, 'NOT_FOUND_ERROR');
  assert.equal(momento.MomentoErrorCode.CACHE_ALREADY_EXISTS_ERROR, 'ALREADY_EXISTS_ERROR');
});

test('types of answers have their official names', () => {
  assert.deepEqual({ ...momento.CacheGetResponse }, { Hit: 'Hit', Miss: 'Miss', Error: 'Error' });
  assert.deepEqual({ ...momento.FlushCacheResponse }, { Success: 'Success', Error: 'Error' });
  assert.deepEqual(
    { ...momento.CreateCacheResponse },
    { Success: 'Success', AlreadyExists: 'AlreadyExists', Error: 'Error' },
  );
  for (const name of ['CacheSetResponse', 'CacheDeleteResponse', 'DeleteCacheResponse', 'ListCachesResponse']) {
    assert.deepEqual({ ...momento[name] }, { Success: 'Success', Error: 'Error' }, name);
  }
  assert.equal(new momento.CacheFlush.Success().type, momento.FlushCacheResponse.Success);
  assert.equal(new momento.CacheSet.Success().is_success, true);
  assert.equal(new momento.CacheGet.Miss().is_miss, true);
});
