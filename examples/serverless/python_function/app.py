"""What a user writes: set a value and get it back. `make demo` runs it."""

import os

from momento_lambda import get_momento_client
from momento_lambda.responses import CacheGet, CacheSet


def handler(event: dict[str, str], context: object) -> dict[str, object]:
    client = get_momento_client()

    stored = client.set("cache", event["key"], event["value"])
    if isinstance(stored, CacheSet.Error):
        raise RuntimeError(f"set failed: {stored.error_code.name}: {stored.message}")

    found = client.get("cache", event["key"])
    if isinstance(found, CacheGet.Hit):
        return {"value": found.value_string, "pid": os.getpid()}
    if isinstance(found, CacheGet.Error):
        raise RuntimeError(f"get failed: {found.error_code.name}: {found.message}")
    return {"value": None, "pid": os.getpid()}
