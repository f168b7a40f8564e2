"""A function with momento_lambda: the client is made at import, the first set and get are the first call's."""

from __future__ import annotations

from momento_lambda import get_momento_client
from momento_lambda.responses import CacheGet

client = get_momento_client()


def handler(event: object, context: object) -> dict[str, object]:
    client.set("cache", "key", "value")
    found = client.get("cache", "key")
    return {"value": found.value_string if isinstance(found, CacheGet.Hit) else repr(found)}
