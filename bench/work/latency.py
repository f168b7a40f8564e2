"""`latency.py PACKAGE CALLS`: prints the p50 of a synchronous get in microseconds."""

from __future__ import annotations

import importlib
import os
import statistics
import sys
from datetime import timedelta
from time import perf_counter_ns
from urllib.parse import urlsplit

VALUE = b"v" * 100


def main() -> None:
    package, calls = sys.argv[1:]
    momento = importlib.import_module(package)
    provider = momento.CredentialProvider.for_momento_local("127.0.0.1", urlsplit(os.environ["BENCH_ENDPOINT"]).port)
    client = momento.CacheClient(momento.Configurations.Lambda.latest(), provider, timedelta(seconds=60))
    client.set("cache", "key", VALUE)
    found = client.get("cache", "key")
    times = []
    for _ in range(int(calls)):
        begun = perf_counter_ns()
        found = client.get("cache", "key")
        times.append(perf_counter_ns() - begun)
    assert found.value_bytes == VALUE, found
    print(statistics.median(times) / 1000)


if __name__ == "__main__":
    main()
