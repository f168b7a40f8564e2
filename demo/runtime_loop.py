"""A plain Lambda runtime in Python's standard library: the stand-in where awslambdaric is not installed.

    AWS_LAMBDA_RUNTIME_API=HOST:PORT python runtime_loop.py app.handler

It fetches an event, calls the handler and posts the reply or the error, for ever; a handler that can't be
loaded is reported to /init/error and ends the process with status 1.
"""

from __future__ import annotations

import http.client
import importlib
import json
import os
import sys
import traceback
from typing import Any, Callable

PREFIX = "/2018-06-01/runtime/"
ERROR_TYPE = "Lambda-Runtime-Function-Error-Type"


def error_document(error: BaseException) -> bytes:
    frames = traceback.format_exception(type(error), error, error.__traceback__)
    return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": frames}).encode()


def post(connection: http.client.HTTPConnection, route: str, body: bytes, error_type: str = "") -> None:
    headers = {"Content-Type": "application/json", **({ERROR_TYPE: error_type} if error_type else {})}
    connection.request("POST", PREFIX + route, body, headers)
    connection.getresponse().read()


def load(handler: str) -> Callable[[Any, Any], Any]:
    module, _, function = handler.rpartition(".")
    sys.path.insert(0, os.environ.get("LAMBDA_TASK_ROOT", os.getcwd()))
    loaded: Callable[[Any, Any], Any] = getattr(importlib.import_module(module.replace("/", ".")), function)
    return loaded


def main() -> None:
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = load(sys.argv[1])
    except Exception as error:
        post(connection, "init/error", error_document(error), f"Runtime.{type(error).__name__}")
        sys.exit(1)
    while True:
        connection.request("GET", PREFIX + "invocation/next")
        response = connection.getresponse()
        event = json.loads(response.read())
        route = f"invocation/{response.headers['Lambda-Runtime-Aws-Request-Id']}"
        try:
            reply = json.dumps(handler(event, None)).encode()
        except Exception as error:
            post(connection, f"{route}/error", error_document(error), type(error).__name__)
        else:
            post(connection, f"{route}/response", reply)


if __name__ == "__main__":
    main()
