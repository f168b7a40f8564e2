"""A function with SnapStart: its client is made, and used, before the snapshot is taken."""

from __future__ import annotations

from typing import Any

from momento_lambda import get_momento_client

client = get_momento_client()
before: Any = client.get("cache", "key")


def handler(event: object, context: object) -> dict[str, object]:
    return {"before": str(before), "now": str(client.get("cache", "key")), "counters": client.counters()}
