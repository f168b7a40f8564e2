"""From a case of tests/vectors to a call of the published Python SDK, and from its answer to what differs."""

from __future__ import annotations

import base64
import inspect
from datetime import timedelta
from typing import Any

from momento import CacheClient
from momento.errors import SdkException
from momento.requests import CollectionTtl, SortOrder
from vectors import operations

TABLE = operations()
VARIANTS = {"AlreadyExists": "CacheAlreadyExists"}


class CannotExpress(Exception):
    """The SDK has no such operation, or no such argument."""


class Names:
    """What the names in one case stand for."""

    def __init__(self, cache: str) -> None:
        self.texts = {"$cache": cache, "$other": f"{cache}-other"}


def arguments(step: dict[str, Any], names: Names) -> dict[str, Any]:
    """The call's arguments. Making some of them can already be refused: that raises an SdkException."""
    method = getattr(CacheClient, step["operation"], None)
    if method is None:
        raise CannotExpress(step["operation"])
    known = inspect.signature(method).parameters
    kinds = {row["name"]: row["kind"] for row in TABLE[step["operation"]]["arguments"]}
    for name in step["arguments"]:
        if name not in known:
            raise CannotExpress(f"{step['operation']}, {name}")
    return {name: argument(kinds[name], written, names) for name, written in step["arguments"].items()}


def argument(kind: str, written: Any, names: Names) -> Any:
    if isinstance(written, dict) and "raw" in written:
        return None if written["raw"] == "undefined" else written["raw"]
    if kind in ("cache_name", "name", "text", "bytes", "hash"):
        return plain(written, names)
    if kind == "bytes_list":
        return elements(written, names)
    if kind in ("dictionary", "scored"):
        return mapping(kind, written, names)
    if kind in ("ttl", "new_ttl", "key_ttl"):
        return timedelta(seconds=written["seconds"])
    if kind == "collection_ttl":
        ttl = timedelta(seconds=written["seconds"]) if "seconds" in written else None
        return CollectionTtl(ttl, written.get("refresh", True))
    if kind == "amount":
        return int(written)
    if kind in ("score", "score_bound"):
        return float(written)
    if kind == "order":
        return SortOrder[written.upper()]
    return written


def plain(written: Any, names: Names) -> Any:
    if isinstance(written, str):
        return names.texts.get(written, written)
    if "base64" in written:
        return base64.b64decode(written["base64"])
    return written["repeat"] * written["times"]


def elements(written: Any, names: Names) -> list[Any]:
    if isinstance(written, dict):
        return [f"{written['numbered']}{number}" for number in range(written["times"])]
    return [plain(one, names) for one in written]


def mapping(kind: str, written: Any, names: Names) -> dict[Any, Any]:
    if isinstance(written, dict) and "numbered" in written:
        texts = elements(written, names)
        return dict(zip(texts, texts)) if kind == "dictionary" else dict(zip(texts, map(float, range(len(texts)))))
    pairs = written["pairs"] if isinstance(written, dict) else written
    scored = kind == "scored"
    return {plain(first, names): float(second) if scored else plain(second, names) for first, second in pairs}


def difference(expected: dict[str, Any], operation: str, answer: Any, names: Names) -> str | None:
    """What an answer, or the exception that came instead, differs in."""
    variant = type(answer).__name__
    code = answer.error_code.name if isinstance(answer, SdkException) or variant == "Error" else None
    told = f"{variant} {str(answer)[:200]}"
    if "error" in expected:
        if code != expected["error"]["code"]:
            return told
        return None if expected["error"]["message"].lower() in answer.message.lower() else told
    if "reply" not in expected:
        return told if code == "INVALID_ARGUMENT_ERROR" else None
    reply = expected["reply"]
    if variant != VARIANTS.get(reply["variant"], reply["variant"]):
        return told
    return None if is_reply(TABLE[operation]["reply"], reply, answer, names) else told


def is_reply(shape: str, reply: dict[str, Any], answer: Any, names: Names) -> bool:
    if shape == "caches":
        return plain(reply["includes_cache"], names) in [info.name for info in answer.caches]
    if shape == "element_score":
        values = [answer.value_bytes == as_bytes(plain(reply["element"], names))]
        return all(values) and ("score" not in reply or answer.score == float(reply["score"]))
    if reply["variant"] == "Miss" or shape in ("success", "created", "stored", "signing_key", "signing_keys"):
        return True
    if shape == "value":
        expected = plain(reply["value"], names)
        text = answer.value_string == expected if isinstance(expected, str) else True
        return bool(answer.value_bytes == as_bytes(expected) and text)
    if shape == "integer":
        return bool(answer.value == int(reply["integer"]))
    if shape == "dictionary":
        expected = mapping("dictionary", reply["dictionary"], names)
        encoded = {as_bytes(field): as_bytes(value) for field, value in expected.items()}
        return bool(answer.value_dictionary_bytes_bytes == encoded)
    if shape == "field":
        field, value = plain(reply["field"], names), plain(reply["value"], names)
        return bool(answer.field_bytes == as_bytes(field) and answer.value_bytes == as_bytes(value))
    if shape == "fields":
        fields = [(as_bytes(plain(field, names)), value) for field, value in reply["fields"]]
        values = [getattr(one, "value_bytes", None) for one in answer.responses]
        wanted = [value if value is None else as_bytes(plain(value, names)) for _, value in fields]
        there = {field: value for (field, _), value in zip(fields, wanted) if value is not None}
        return values == wanted and answer.value_dictionary_bytes_bytes == there
    if shape == "length":
        return bool(answer.length == reply["length"])
    if shape == "list_length":
        return bool(answer.list_length == reply["length"])
    if shape == "list":
        return bool(answer.value_list_bytes == [as_bytes(one) for one in elements(reply["list"], names)])
    if shape == "set":
        return bool(answer.value_set_bytes == {as_bytes(one) for one in elements(reply["set"], names)})
    if shape == "sorted_set":
        return bool(answer.value_list_bytes == scored(reply["sorted_set"], names))
    if shape == "scores":
        scores = [None if score is None else float(score) for _, score in reply["scores"]]
        return [getattr(one, "score", None) for one in answer.responses] == scores
    if shape == "rank":
        return bool(answer.rank == reply["rank"])
    if shape == "score":
        return bool(answer.score == float(reply["score"]))
    raise CannotExpress(shape)


def scored(written: Any, names: Names) -> list[tuple[bytes, float]]:
    return [(as_bytes(value), score) for value, score in mapping("scored", written, names).items()]


def as_bytes(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)
