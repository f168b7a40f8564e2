"""The cold path with momento_lambda: import, secret, connection, first set and get."""

import time

begun = time.perf_counter()

from momento_lambda import get_momento_client  # noqa: E402  the import is part of what is measured
from momento_lambda.responses import CacheGet, CacheSet  # noqa: E402

client = get_momento_client()
stored = client.set("cache", "key", "value")
found = client.get("cache", "key")
milliseconds = (time.perf_counter() - begun) * 1000
assert isinstance(stored, CacheSet.Success), stored
assert isinstance(found, CacheGet.Hit) and found.value_string == "value", found
print(f"{milliseconds:.3f}")
