"""A function with provisioned concurrency: its client is made hours before its first event."""

from __future__ import annotations

import time

from momento_lambda import get_momento_client

began = time.monotonic()
client = get_momento_client()
seconds = time.monotonic() - began


def handler(event: object, context: object) -> dict[str, object]:
    began = time.monotonic()
    response = client.get("cache", "key")
    return {"response": str(response), "seconds": time.monotonic() - began, "made_in": seconds, "now": time.time()}
