"""The function under test in Python: the event says what it does, the reply says what came of it."""

import os
import time
from typing import Any

from momento_lambda import get_momento_client
from momento_lambda.responses import CacheGet, CacheSet

CACHE = "cache"


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    action = event["action"]
    print(f"function: {action} in process {os.getpid()}", flush=True)
    if action == "raise":
        raise ValueError(event["message"])
    if action == "sleep":
        time.sleep(event["seconds"])
    if action == "exit":
        os._exit(event["status"])
    return {"pid": os.getpid(), **roundtrip(event["key"], event["value"])}


def roundtrip(key: str, value: str) -> dict[str, object]:
    """Set a value and get it back."""
    client = get_momento_client()
    stored = client.set(CACHE, key, value)
    if isinstance(stored, CacheSet.Error):
        return failure("set", stored)
    found = client.get(CACHE, key)
    if isinstance(found, CacheGet.Error):
        return failure("get", found)
    return {"value": found.value_string if isinstance(found, CacheGet.Hit) else None}


def failure(operation: str, error: Any) -> dict[str, object]:
    print(f"function: {operation} failed: {error!r}", flush=True)
    return {"operation": operation, "error_code": error.error_code.name, "message": error.message}
