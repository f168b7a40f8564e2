// Replies of vectors, compared with the answers of this language.

import assert from 'node:assert/strict';
import { ItemType } from 'momento-lambda';
import { bytes, number, numbered } from './arguments.mjs';

const binary = value => Buffer.from(bytes(value)).toString('base64');
const seen = view => Buffer.from(view).toString('base64');
const isText = value => typeof value === 'string' || (value !== null && typeof value === 'object' && 'repeat' in value);
const sorted = list => [...list].sort();
const all = value => (Array.isArray(value) ? value : numbered(value));
const text = value => Buffer.from(bytes(value)).toString();

function value(expected, response) {
  assert.equal(seen(response.valueUint8Array()), binary(expected));
  if (!isText(expected)) return;
  assert.equal(response.valueString(), bytes(expected));
  assert.equal(response.value(), bytes(expected));
}

/** The same entries in a Map and in an object. */
function entries(expected, map, record) {
  assert.deepEqual(sorted([...map].map(String)), sorted(expected.map(String)));
  assert.deepEqual(sorted(Object.entries(record).map(String)), sorted(expected.map(String)));
}

const CHECKS = {
  values(expected, response) {
    const found = response.results().map(result => {
      if (result.type === 'Error') return { error: result.errorCode() };
      return result.type === 'Hit' ? seen(result.valueUint8Array()) : null;
    });
    const wanted = expected.map(([, its]) => (its === null || its.error ? its : binary(its)));
    assert.deepEqual(found, wanted);
    const hits = new Map(
      expected.flatMap(([key, its]) => (isText(key) && isText(its) ? [[text(key), text(its)]] : [])),
    );
    for (const [key, its] of hits) {
      assert.equal(response.valuesMap().get(key), its);
      assert.equal(response.values()[key], its);
    }
  },
  results(expected, response) {
    const found = response
      .results()
      .map(result => (result.type === 'Error' ? { error: result.errorCode() } : 'Success'));
    assert.deepEqual(found, expected);
  },
  integer(expected, response) {
    assert.equal(response.valueBigInt(), BigInt(expected));
    assert.equal(response.valueNumber(), Number(expected));
    assert.equal(response.value(), Number(expected));
  },
  is(expected, response) {
    assert.equal(response.exists?.() ?? response.containsElement(), expected);
  },
  are(expected, response) {
    const record = response.valueRecord?.() ?? response.containsElements();
    for (const [key, its] of expected) if (isText(key)) assert.equal(record[text(key)], its);
    if (response.exists)
      assert.deepEqual(
        response.exists(),
        expected.map(([, its]) => its),
      );
  },
  at_most(expected, response) {
    assert.ok(response.remainingTtlMillis() <= expected * 1_000, `${response.remainingTtlMillis()} ms`);
  },
  more_than(expected, response) {
    assert.ok(response.remainingTtlMillis() > expected * 1_000, `${response.remainingTtlMillis()} ms`);
  },
  item_type(expected, response) {
    assert.equal(response.itemType(), ItemType[expected]);
  },
  dictionary(described, response) {
    const expected = Array.isArray(described) ? described : numbered(described).map(name => [name, name]);
    const wanted = expected.map(([field, its]) => [binary(field), binary(its)]);
    const found = [...response.valueMapUint8ArrayUint8Array()].map(pair => pair.map(seen));
    assert.deepEqual(sorted(found.map(String)), sorted(wanted.map(String)));
    if (!expected.flat().every(isText)) return;
    entries(
      expected.map(pair => pair.map(text)),
      response.valueMap(),
      response.value(),
    );
  },
  field(expected, response) {
    assert.equal(seen(response.fieldUint8Array()), binary(expected));
    if (isText(expected)) assert.equal(response.fieldString(), bytes(expected));
  },
  fields(expected, response) {
    const found = response.responses.map(each => [
      seen(each.fieldUint8Array()),
      each.type === 'Hit' ? seen(each.valueUint8Array()) : null,
    ]);
    const wanted = expected.map(([field, its]) => [binary(field), its === null ? null : binary(its)]);
    assert.deepEqual(found, wanted);
    const hits = expected.filter(([, its]) => its !== null);
    if (!hits.flat().every(isText)) return;
    const unique = [...new Map(hits.map(pair => pair.map(text)))];
    entries(unique, response.valueMap(), response.value());
  },
  length(expected, response) {
    assert.equal(response.listLength?.() ?? response.length(), expected);
  },
  list(expected, response) {
    assert.deepEqual(response.valueListUint8Array().map(seen), all(expected).map(binary));
    assert.deepEqual(response.valueList(), all(expected).map(text));
  },
  set(expected, response) {
    assert.deepEqual(sorted(response.valueArrayUint8Array().map(seen)), sorted(all(expected).map(binary)));
    assert.deepEqual(sorted(response.valueSet()), sorted(all(expected).map(text)));
  },
  some_of(expected, response, { size }) {
    const found = response.valueArrayUint8Array().map(seen);
    assert.equal(new Set(found).size, size);
    for (const element of found) assert.ok(expected.map(binary).includes(element), element);
  },
  sorted_set(expected, response) {
    const pairs = Array.isArray(expected) ? expected : numbered(expected).map((element, index) => [element, index]);
    const found = response.valueArrayUint8Elements().map(({ value: element, score }) => [seen(element), score]);
    assert.deepEqual(
      found,
      pairs.map(([element, score]) => [binary(element), number(score)]),
    );
    const texts = response.value().map(({ value: element, score }) => [element, score]);
    assert.deepEqual(
      texts,
      pairs.map(([element, score]) => [text(element), number(score)]),
    );
  },
  element(expected, response) {
    assert.equal(seen(response.valueUint8Array()), binary(expected));
    if (isText(expected)) assert.equal(response.valueString(), bytes(expected));
  },
  score(expected, response) {
    assert.equal(response.score(), number(expected));
  },
  scores(expected, response) {
    const found = response.responses().map(each => [seen(each.valueUint8Array()), each.score() ?? null]);
    assert.deepEqual(
      found,
      expected.map(([element, its]) => [binary(element), number(its)]),
    );
    const hits = [...new Map(expected.filter(([, its]) => its !== null).map(([key, its]) => [text(key), number(its)]))];
    if (expected.every(([element]) => isText(element))) entries(hits, response.valueMap(), response.value());
  },
  rank(expected, response) {
    assert.equal(response.rank(), expected);
  },
};

export function matches(expected, response, names, hash) {
  assert.equal(response.type, expected.variant, String(response));
  assert.equal(response.constructor.name, expected.variant);
  for (const [what, its] of Object.entries(expected)) {
    if (what === 'variant' || what === 'size') continue;
    if (what === 'value') value(its, response);
    else if (what === 'includes_cache') {
      const listed = response.getCaches().map(cache => cache.getName());
      assert.ok(listed.includes(names[its] ?? its), listed.join(', '));
    } else {
      assert.ok(what in CHECKS, `this runner does not know ${what}`);
      CHECKS[what](its, response, expected);
    }
  }
  if (hash !== undefined && hash !== null) assert.equal(seen(response.hashUint8Array()), hash.base64);
  if (response.hashUint8Array !== undefined) assert.ok(response.hashUint8Array().length > 0);
}
