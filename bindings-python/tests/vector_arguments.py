"""What the arguments written in tests/vectors stand for; tests/vectors/README.md describes the notation."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from momento_lambda.requests import CollectionTtl, SetBatchItem, SortedSetAggregate, SortedSetSource, SortOrder

if TYPE_CHECKING:
    from callers import Caller

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS: dict[str, Any] = {
    operation["name"]: operation
    for operation in json.loads((ROOT / "tests/parity/operations.json").read_text(encoding="utf-8"))["operations"]
}
KINDS = {
    name: {argument["name"]: argument["kind"] for argument in operation["arguments"]}
    for name, operation in OPERATIONS.items()
}


def value_of(written: Any) -> Any:
    """A text or bytes."""
    if isinstance(written, dict):
        if "base64" in written:
            return base64.b64decode(written["base64"])
        if "repeat" in written:
            return written["repeat"] * written["times"]
        return raw(written)
    return written


def raw(written: Any) -> Any:
    return None if written["raw"] == "undefined" else written["raw"]


def score_of(written: Any) -> float:
    return float(written)


def numbered(written: Any) -> list[str] | None:
    """The texts `e0`, `e1` and so on, where that is what is written."""
    if isinstance(written, dict) and "numbered" in written:
        return [f"{written['numbered']}{number}" for number in range(written["times"])]
    return None


def as_bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


class Case:
    """The cache of one case, and who calls."""

    def __init__(self, caller: Caller, cache: str) -> None:
        self.caller = caller
        self.cache = cache
        self._signing_key = ""

    def run(self, step: Any) -> Any:
        """Carries out what `operation` and `arguments` say."""
        response = self.caller.call(step["operation"], **self.arguments(step["operation"], step["arguments"]))
        if step["operation"] == "create_signing_key":
            self._signing_key = getattr(response, "key_id", "")
        return response

    def arguments(self, operation: str, written: dict[str, Any]) -> dict[str, Any]:
        kinds = KINDS[operation]
        return {name: self.argument(kinds[name], value) for name, value in written.items()}

    def name(self, written: str) -> str:
        names = {"$cache": self.cache, "$other": f"{self.cache}-other", "$signing_key": self._signing_key}
        return names.get(written, written)

    def hash_of(self, value: Any) -> bytes:
        """The hash that `set_with_hash` tells for a value, asked with a key that no case has."""
        stored = self.caller.call("set_with_hash", cache_name=self.cache, key="the runner's own", value=value)
        hash_bytes: bytes = stored.hash_bytes
        self.caller.call("delete", cache_name=self.cache, key="the runner's own")
        return hash_bytes

    def argument(self, kind: str, written: Any) -> Any:
        """What an argument of this kind stands for."""
        if isinstance(written, dict) and "raw" in written:
            return raw(written)
        many = numbered(written)
        if kind in ("ttl", "new_ttl", "key_ttl"):
            return timedelta(seconds=written["seconds"])
        if kind == "collection_ttl":
            seconds = written.get("seconds")
            ttl = None if seconds is None else timedelta(seconds=seconds)
            return CollectionTtl(ttl, written.get("refresh", True))
        if kind == "bytes_list":
            return many if many is not None else [value_of(element) for element in written]
        if kind == "dictionary":
            if many is not None:
                return {text: text for text in many}
            return {value_of(field): value_of(value) for field, value in written["pairs"]}
        if kind == "scored":
            if many is not None:
                return {text: float(number) for number, text in enumerate(many)}
            return {value_of(value): score_of(score) for value, score in written["pairs"]}
        if kind == "items":
            return [self._item(item) for item in written["items"]]
        if kind == "sources":
            return [SortedSetSource(source["name"], score_of(source["weight"])) for source in written["sources"]]
        if kind in ("score", "score_bound"):
            return score_of(written)
        if kind == "order":
            return SortOrder[written.upper()]
        if kind == "aggregate":
            return SortedSetAggregate[written.upper()]
        if kind == "amount":
            return int(written)
        if kind == "hash" and isinstance(written, dict) and "hash_of" in written:
            return self.hash_of(value_of(written["hash_of"]))
        if kind == "hash" and isinstance(written, str):
            return written.encode()
        if isinstance(written, str):
            return self.name(written)
        return value_of(written)

    def _item(self, written: Any) -> SetBatchItem:
        ttl = written.get("ttl")
        return SetBatchItem(
            value_of(written["key"]), value_of(written["value"]), None if ttl is None else self.argument("ttl", ttl)
        )
