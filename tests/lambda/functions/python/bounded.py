"""A handler that gives its calls no more time than it has itself."""

from __future__ import annotations

import os
from datetime import timedelta

from momento_lambda import Configurations, get_momento_client, invocation
from momento_lambda.responses import CacheGet

PATIENT = Configurations.Lambda.latest().with_client_timeout(timedelta(seconds=60))


@invocation
def handler(event: dict[str, str], context: object) -> dict[str, object]:
    found = get_momento_client(configuration=PATIENT).get("cache", event["key"])
    if isinstance(found, CacheGet.Error):
        return {"pid": os.getpid(), "error_code": found.error_code.name, "message": found.message}
    return {"pid": os.getpid()}
