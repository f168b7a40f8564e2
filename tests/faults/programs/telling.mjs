// All that a program can get out of a client and print: what a canary token must not be found in. See telling.py.

import { inspect } from 'node:util';

const GOOD_ANSWERS = 20;
const ALL = { depth: Infinity, showHidden: true, getters: true, showProxy: true, maxStringLength: null };
let told = 0;

// The configuration with its loggers at their lowest level.
export function configuration(sdk, made) {
  const factory = new sdk.DefaultMomentoLoggerFactory(sdk.DefaultMomentoLoggerLevel.TRACE);
  factory.getLogger('canary').trace('the loggers are at TRACE');
  return made(factory);
}

export function answer(response) {
  const failed = typeof response.errorCode === 'function';
  told += failed ? 0 : 1;
  if (!failed && told > GOOD_ANSWERS) return;
  everythingOf(response);
  if (failed) error(response.innerException());
}

export function error(thrown) {
  everythingOf(thrown);
  console.log(thrown?.stack, thrown?.message);
  if (thrown?.cause !== undefined) error(thrown.cause);
}

export function everythingOf(thing) {
  console.log(inspect(thing, ALL), String(thing), `${thing?.toString?.()}`);
  for (let object = thing; object; object = Object.getPrototypeOf(object)) {
    for (const name of Reflect.ownKeys(object)) console.log(name, Object.getOwnPropertyDescriptor(object, name));
  }
  try {
    console.log(JSON.stringify(thing));
  } catch (thrown) {
    console.log(thrown);
  }
}
