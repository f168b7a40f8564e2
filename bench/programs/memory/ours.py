"""ours.py STAGE CALLS: memory of the bare interpreter, after the import, or after so many sets and gets."""

import sys

from rollup import print_rollup

stage, calls = sys.argv[1], int(sys.argv[2])
if stage != "bare":
    from momento_lambda import get_momento_client
    from momento_lambda.responses import CacheGet, CacheSet
if stage == "calls":
    client = get_momento_client()
    for _ in range(calls // 2):
        stored = client.set("cache", "key", "v" * 100)
        assert isinstance(stored, CacheSet.Success), stored
        found = client.get("cache", "key")
        assert isinstance(found, CacheGet.Hit), found
print_rollup()
