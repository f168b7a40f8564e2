"""The environment of a function as Lambda sets it.

Problem: a function that inherits the developer's environment can pass by luck (an AWS profile, a Momento key)
or leak it. Choice: start from nothing but PATH and add the variables Lambda documents for its runtimes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

FUNCTION_NAME = "function"
FUNCTION_ARN = f"arn:aws:lambda:us-east-1:123456789012:function:{FUNCTION_NAME}"


def function_environment(
    task_root: Path,
    handler: str,
    variables: Mapping[str, str],
    timeout_seconds: int = 10,
    runtime_api: str | None = None,
) -> dict[str, str]:
    """`runtime_api` is HOST:PORT; left out where the emulator sets it itself."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "LAMBDA_TASK_ROOT": str(task_root),
        "LAMBDA_RUNTIME_DIR": str(task_root),
        "_HANDLER": handler,
        "AWS_LAMBDA_FUNCTION_NAME": FUNCTION_NAME,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout_seconds),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{FUNCTION_NAME}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/01/[$LATEST]00000000000000000000000000000000",
    }
    if runtime_api is not None:
        environment["AWS_LAMBDA_RUNTIME_API"] = runtime_api
    environment.update(variables)
    return environment
