"""What the server holds, past the proxy: lists are filled before a run, and afterwards it is read what was executed.

    python stored_values.py PORT TOKEN < {"do": "fill", "lists": n}
    python stored_values.py PORT TOKEN < {"do": "read", "written": {operation: [key, ...]}}

Reading prints a JSON object from each key to how often its write was executed, as far as the server knows it: what an
increment counted to, how long a list has grown, how many of its two elements are gone. A conditional set leaves no
trace of a second time: it was executed, or not.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import timedelta
from typing import Any

CACHE, FILLED = "cache", ["first", "second"]
PORTION = 500
os.environ["FAULTS_KEY"], os.environ["MOMENTO_ENDPOINT"] = sys.argv[2], f"http://127.0.0.1:{sys.argv[1]}"

from momento_lambda import get_momento_client_async  # noqa: E402  the variables must be set first

client: Any = get_momento_client_async("env:FAULTS_KEY", default_ttl=timedelta(days=1))


def good(response: Any) -> Any:
    if hasattr(response, "error_code"):
        sys.exit(f"the server was not reached past the proxy: {response.error_code.name}: {response.message}")
    return response


async def fill(lists: int) -> None:
    names = [f"write-0-{number}" for number in range(lists)]
    for response in await asyncio.gather(*(client.list_concatenate_back(CACHE, name, FILLED) for name in names)):
        good(response)


async def items(keys: list[str]) -> list[str | None]:
    found = good(await client.get_batch(CACHE, keys)).responses
    return [getattr(one, "value_string", None) for one in found]


async def lengths(keys: list[str]) -> list[int]:
    found = await asyncio.gather(*(client.list_length(CACHE, key) for key in keys))
    return [getattr(good(one), "length", 0) for one in found]


async def executed(operation: str, keys: list[str]) -> list[int]:
    if operation == "increment":
        return [int(value or 0) for value in await items(keys)]
    if operation == "set_if_not_exists":
        return [int(value is not None) for value in await items(keys)]
    if operation == "list_push_back":
        return await lengths(keys)
    return [len(FILLED) - length for length in await lengths(keys)]


async def main() -> None:
    order = json.load(sys.stdin)
    if order["do"] == "fill":
        await fill(order["lists"])
        return
    times: dict[str, int] = {}
    for operation, keys in order["written"].items():
        for start in range(0, len(keys), PORTION):
            portion = keys[start : start + PORTION]
            times |= zip(portion, await executed(operation, portion))
    print(json.dumps(times))


asyncio.run(main())
