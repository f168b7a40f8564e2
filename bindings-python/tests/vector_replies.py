"""How a response differs from what a case in tests/vectors asks for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from vector_arguments import OPERATIONS, as_bytes, numbered, score_of, value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from vector_arguments import Case

PYTHON_VARIANTS = {"AlreadyExists": "CacheAlreadyExists"}


def difference(case: Case, operation: str, response: Any, expected: Any) -> str | None:
    """What is wrong with a response; None if nothing is."""
    variant = type(response).__name__
    if "error" in expected:
        error = expected["error"]
        if variant != "Error":
            return f"no error but {response}"
        if response.error_code.name != error["code"]:
            return f"another code: {response}"
        if error["message"].lower() not in response.message.lower():
            return f"another message: {response}"
        return None
    reply = expected["reply"]
    if variant != PYTHON_VARIANTS.get(reply["variant"], reply["variant"]):
        return f"another variant: {response}"
    compare = COMPARISONS.get(OPERATIONS[operation]["reply"])
    if compare is None or len(reply) == 1:
        return None
    return compare(case, response, reply)


def told(what: str, is_so: object) -> str | None:
    return None if is_so else f"another {what}"


def all_of(*differences: str | None) -> str | None:
    return next((found for found in differences if found), None)


def value(found: bytes, text: Callable[[], str], written: Any) -> str | None:
    """Compares bytes and, where text is written, the text."""
    expected = value_of(written)
    if found != as_bytes(expected):
        return f"another value: {found[:64]!r}"
    return told("text", text() == expected) if isinstance(expected, str) else None


def are_texts(written: list[Any]) -> bool:
    return all(isinstance(value_of(each), str) for each in written if each is not None)


def score(found: float, written: Any) -> str | None:
    expected = score_of(written)
    same = math.isnan(found) if math.isnan(expected) else found == expected
    return None if same else f"another score: {found}"


def _value(_: Case, response: Any, reply: Any) -> str | None:
    return value(response.value_bytes, lambda: response.value_string, reply["value"])


def _hashed_value(case: Case, response: Any, reply: Any) -> str | None:
    expected = value_of(reply["value"])
    return all_of(_value(case, response, reply), told("hash", response.hash_bytes == case.hash_of(expected)))


def _values(_: Case, response: Any, reply: Any) -> str | None:
    pairs = reply["values"]
    if response.results is not response.responses or len(response.responses) != len(pairs):
        return f"other results: {response}"
    hits = {}
    for answer, (key, written) in zip(response.responses, pairs):
        variant = type(answer).__name__
        if written is None:
            found = told("variant", variant == "Miss")
        elif isinstance(written, dict) and "error" in written:
            found = told("code", variant == "Error" and answer.error_code.name == written["error"])
        else:
            hits[as_bytes(value_of(key))] = as_bytes(value_of(written))
            found = told("variant", variant == "Hit") or _value(_, answer, {"value": written})
        if found:
            return f"{key}: {found}"
    if response.keys_bytes != [as_bytes(value_of(key)) for key, _ in pairs]:
        return "other keys"
    return told("dictionary", response.value_dictionary_bytes_bytes == hits) or texts(response, "value", hits)


def texts(response: Any, what: str, hits: dict[bytes, bytes]) -> str | None:
    """Compares the dictionaries with texts, where all is UTF-8."""
    try:
        by_text = {key.decode(): found.decode() for key, found in hits.items()}
    except UnicodeDecodeError:
        return None
    string_bytes = {key.decode(): found for key, found in hits.items()}
    bytes_string = {key: found.decode() for key, found in hits.items()}
    return all_of(
        told("dictionary of texts", getattr(response, f"{what}_dictionary_string_string") == by_text),
        told("dictionary by text", getattr(response, f"{what}_dictionary_string_bytes") == string_bytes),
        told("dictionary by bytes", getattr(response, f"{what}_dictionary_bytes_string") == bytes_string),
    )


def _results(_: Case, response: Any, reply: Any) -> str | None:
    written = reply["results"]
    found = [
        "Success" if type(answer).__name__ == "Success" else {"error": answer.error_code.name}
        for answer in response.results
    ]
    return None if found == written else f"other results: {response}"


def _flags(found: list[bool], about: list[bytes], response: Any, pairs: Any) -> str | None:
    keys = [as_bytes(value_of(key)) for key, _ in pairs]
    flags = [flag for _, flag in pairs]
    by_key = dict(zip(keys, flags))
    differs = told("answers", found == flags and about == keys and response.value_dictionary_bytes == by_key)
    if differs is None and are_texts([key for key, _ in pairs]):
        by_text = {key.decode(): flag for key, flag in by_key.items()}
        differs = told("answers by text", response.value_dictionary_string == by_text)
    return differs


def _remaining_ttl(_: Case, response: Any, reply: Any) -> str | None:
    seconds = response.remaining_ttl.total_seconds()
    is_so = reply.get("more_than", -1) < seconds <= reply.get("at_most", math.inf)
    return told(f"time: {seconds}", is_so and response.remaining_ttl_millis == int(seconds * 1000 + 0.5))


def _dictionary(_: Case, response: Any, reply: Any) -> str | None:
    many = numbered(reply["dictionary"])
    pairs = [(text, text) for text in many] if many is not None else reply["dictionary"]
    expected = {as_bytes(value_of(field)): as_bytes(value_of(found)) for field, found in pairs}
    return told("dictionary", response.value_dictionary_bytes_bytes == expected) or texts(response, "value", expected)


def _field(case: Case, response: Any, reply: Any) -> str | None:
    field = value(response.field_bytes, lambda: response.field_string, reply["field"])
    return field or (_value(case, response, reply) if "value" in reply else None)


def _fields(case: Case, response: Any, reply: Any) -> str | None:
    pairs = reply["fields"]
    if len(response.responses) != len(pairs):
        return f"other fields: {response}"
    hits = {}
    for answer, (field, written) in zip(response.responses, pairs):
        if type(answer).__name__ != ("Miss" if written is None else "Hit"):
            return f"{field}: {answer}"
        expected = {"field": field} if written is None else {"field": field, "value": written}
        found = _field(case, answer, expected)
        if found:
            return f"{field}: {found}"
        if written is not None:
            hits[as_bytes(value_of(field))] = as_bytes(value_of(written))
    return told("dictionary", response.value_dictionary_bytes_bytes == hits) or texts(response, "value", hits)


def _list(_: Case, response: Any, reply: Any) -> str | None:
    written = numbered(reply["list"]) or reply["list"]
    expected = [] if isinstance(written, dict) else [value_of(each) for each in written]
    found = told(f"list: {response}", response.value_list_bytes == [as_bytes(each) for each in expected])
    return found or (told("list of texts", response.value_list_string == expected) if are_texts(expected) else None)


def _set(_: Case, response: Any, reply: Any) -> str | None:
    found: set[bytes] = response.value_set_bytes
    if "some_of" in reply:
        some = {as_bytes(value_of(each)) for each in reply["some_of"]}
        return told(f"set: {response}", len(found) == reply["size"] and found <= some)
    written = numbered(reply["set"]) or reply["set"]
    expected = [] if isinstance(written, dict) else [value_of(each) for each in written]
    differs = told(f"set: {response}", found == {as_bytes(each) for each in expected})
    return differs or (
        told("set of texts", response.value_set_string == set(expected)) if are_texts(expected) else None
    )


def _sorted_set(_: Case, response: Any, reply: Any) -> str | None:
    many = numbered(reply["sorted_set"])
    pairs = list(zip(many, range(len(many)))) if many is not None else reply["sorted_set"]
    expected = [(as_bytes(value_of(each)), score_of(number)) for each, number in pairs]
    if response.value_list_bytes != expected:
        return f"other elements: {response}"
    if not are_texts([each for each, _ in pairs]):
        return None
    return told("texts", response.value_list_string == [(each.decode(), number) for each, number in expected])


def _element_score(_: Case, response: Any, reply: Any) -> str | None:
    element = value(response.value_bytes, lambda: response.value_string, reply["element"])
    return element or (score(response.score, reply["score"]) if "score" in reply else None)


def _scores(_: Case, response: Any, reply: Any) -> str | None:
    pairs = reply["scores"]
    if len(response.responses) != len(pairs):
        return f"other scores: {response}"
    hits = {}
    for answer, (element, written) in zip(response.responses, pairs):
        if type(answer).__name__ != ("Miss" if written is None else "Hit"):
            return f"{element}: {answer}"
        expected = {"element": element} if written is None else {"element": element, "score": written}
        found = _element_score(_, answer, expected)
        if found:
            return f"{element}: {found}"
        if written is not None:
            hits[as_bytes(value_of(element))] = score_of(written)
    differs = told("dictionary", response.value_dictionary_bytes == hits)
    if differs is None and are_texts([element for element, _ in pairs]):
        by_text = {element.decode(): number for element, number in hits.items()}
        differs = told("dictionary by text", response.value_dictionary_string == by_text)
    return differs


def _caches(case: Case, response: Any, reply: Any) -> str | None:
    name = case.name(reply["includes_cache"])
    return told(f"list: {response}", name in [info.name for info in response.caches])


COMPARISONS: dict[str, Callable[[Case, Any, Any], str | None]] = {
    "value": _value,
    "hashed_value": _hashed_value,
    "values": _values,
    "results": _results,
    "integer": lambda _, response, reply: told(f"number: {response}", response.value == int(reply["integer"])),
    "exists": lambda _, response, reply: told("answer", response.exists is reply["is"]),
    "all_exist": lambda _, response, reply: _flags(response.exists, response.keys_bytes, response, reply["are"]),
    "remaining_ttl": _remaining_ttl,
    "item_type": lambda _, response, reply: told("type", response.item_type.name == reply["item_type"]),
    "dictionary": _dictionary,
    "field": _field,
    "fields": _fields,
    "length": lambda _, response, reply: told(f"length: {response}", response.length == reply["length"]),
    "total": lambda _, response, reply: told(f"length: {response}", response.length == reply["length"]),
    "list_length": lambda _, response, reply: told(f"length: {response}", response.list_length == reply["length"]),
    "set": _set,
    "list": _list,
    "contains": lambda _, response, reply: told("answer", response.contains_element is reply["is"]),
    "contains_all": lambda _, response, reply: _flags(
        response.contains_elements, response.elements_bytes, response, reply["are"]
    ),
    "sorted_set": _sorted_set,
    "element_score": _element_score,
    "scores": _scores,
    "rank": lambda _, response, reply: told(f"rank: {response}", response.rank == reply["rank"]),
    "score": lambda _, response, reply: score(response.score, reply["score"]),
    "caches": _caches,
}
