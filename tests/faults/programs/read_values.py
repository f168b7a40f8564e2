"""What the server holds, read past the proxy: `python read_values.py PORT TOKEN`, keys on stdin as a JSON list.

Prints a JSON object from key to value, for the keys that are there. An increment with a key of its own was executed as
often as its value says.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from typing import Any

PORTION = 500
os.environ["FAULTS_KEY"], os.environ["MOMENTO_ENDPOINT"] = sys.argv[2], f"http://127.0.0.1:{sys.argv[1]}"

from momento_lambda import get_momento_client  # noqa: E402  the variables must be set first

client = get_momento_client("env:FAULTS_KEY", default_ttl=timedelta(seconds=60))
keys = json.load(sys.stdin)
values: dict[str, int] = {}
for start in range(0, len(keys), PORTION):
    portion = keys[start : start + PORTION]
    found: Any = client.get_batch("cache", portion)  # type: ignore[attr-defined,unused-ignore]  # a build may be older
    if hasattr(found, "error_code"):
        sys.exit(f"reading failed: {found.error_code.name}: {found.message}")
    pairs = zip(portion, found.responses)
    values |= {key: int(one.value_string) for key, one in pairs if hasattr(one, "value_string")}
print(json.dumps(values))
