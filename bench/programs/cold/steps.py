"""The cold path in steps, for cold_profile.py: prints {step: [wall ms, CPU ms of all threads]}; the interpreter's start
has no wall here."""

import os
import time


def now() -> tuple[float, float]:
    return time.perf_counter() * 1000, time.process_time() * 1000


laps = [("", now())]
import momento_lambda._native  # noqa: E402

laps.append(("native part", now()))
import momento_lambda.cache_client  # noqa: E402, F401  what get_momento_client would import
from momento_lambda import get_momento_client  # noqa: E402

laps.append(("client's modules", now()))
from momento_lambda.responses import CacheGet, CacheSet  # noqa: E402

laps.append(("response classes", now()))
client = get_momento_client()
laps.append(("client", now()))
stored = client.set("cache", "key", "value")
laps.append(("look-up, connection, first set", now()))
found = client.get("cache", "key")
laps.append(("first get", now()))
assert isinstance(stored, CacheSet.Success), stored
assert isinstance(found, CacheGet.Hit), found
import json  # noqa: E402

steps = {"interpreter": [0.0, laps[0][1][1]]}
for (_, before), (name, after) in zip(laps, laps[1:]):
    steps[name] = [after[0] - before[0], after[1] - before[1]]
print(json.dumps(steps), flush=True)
os._exit(0)
