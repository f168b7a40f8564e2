"""`python_async.py PACKAGE GETS SETS`: that many calls of the asyncio client, one at a time."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
from datetime import timedelta
from urllib.parse import urlsplit

VALUE = b"v" * 100


async def main() -> None:
    package, gets, sets = sys.argv[1:]
    momento = importlib.import_module(package)
    provider = momento.CredentialProvider.for_momento_local("127.0.0.1", urlsplit(os.environ["BENCH_ENDPOINT"]).port)
    client = momento.CacheClientAsync(momento.Configurations.Lambda.latest(), provider, timedelta(seconds=60))
    stored = await client.set("cache", "key", VALUE)
    found = await client.get("cache", "key")
    for _ in range(int(gets)):
        found = await client.get("cache", "key")
    for _ in range(int(sets)):
        stored = await client.set("cache", "key", VALUE)
    assert type(stored).__qualname__ == "CacheSet.Success", stored
    assert found.value_bytes == VALUE, found


if __name__ == "__main__":
    asyncio.run(main())
