"""CPU of all from a client to the first reply, in ms, all threads: with a look-up or without, as the variables say."""

import time

import momento_lambda.cache_client  # noqa: F401  imports are no part of it
from momento_lambda import get_momento_client
from momento_lambda.responses import CacheGet, CacheSet

begun = time.process_time()
client = get_momento_client()
stored = client.set("cache", "key", "value")
found = client.get("cache", "key")
milliseconds = (time.process_time() - begun) * 1000
assert isinstance(stored, CacheSet.Success), stored
assert isinstance(found, CacheGet.Hit), found
print(f"{milliseconds:.3f}")
