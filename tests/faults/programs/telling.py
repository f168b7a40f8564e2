"""All that a program can get out of a client and print: what a canary token must not be found in.

Logging at its lowest level, and of every answer and error each text there is: repr, str, attributes, the traceback.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import logging
import pickle
import sys
import traceback
from typing import Any

GOOD_ANSWERS = 20
told = 0


def begin(package: str) -> None:
    faulthandler.enable()
    logging.basicConfig(level=1, stream=sys.stderr, format="%(name)s %(levelno)d %(pathname)s %(message)s")
    for name in (None, "momentosdk", "momento_lambda", "momento", "grpc", "asyncio"):
        logging.getLogger(name).setLevel(1)
    logging.getLogger("canary").log(1, "the logging of Python is on")
    with contextlib.suppress(ImportError):
        importlib.import_module(f"{package}.logs")
    sys.excepthook = lambda kind, error, trace: traceback.print_exception(kind, error, trace)


def answer(response: Any) -> None:
    """An answer; good ones are alike, so some are enough."""
    global told
    failed = hasattr(response, "error_code")
    told += not failed
    if failed or told <= GOOD_ANSWERS:
        everything_of(response)
        if failed:
            error(response.inner_exception)


def error(raised: BaseException) -> None:
    everything_of(raised)
    print("".join(traceback.format_exception(type(raised), raised, raised.__traceback__)), flush=True)
    for further in (raised.__cause__, raised.__context__):
        if further is not None:
            error(further)


def everything_of(thing: Any) -> None:
    """Its texts, and those of what it holds, three levels down."""
    seen: set[int] = set()

    def show(value: Any, depth: int) -> None:
        if id(value) in seen or depth > 3:
            return
        seen.add(id(value))
        texts = [repr(value), str(value)]
        try:
            texts.append(repr(pickle.dumps(value)))
        except Exception as raised:
            texts.append(repr(raised))
        print(type(value).__name__, *texts, flush=True)
        for name in dir(value):
            if name.startswith("__") and name not in ("__dict__", "__doc__"):
                continue
            try:
                held = getattr(value, name)
            except Exception as raised:
                print(name, repr(raised), flush=True)
                continue
            print(f".{name}", repr(held), flush=True)
            if not callable(held) and not isinstance(held, (str, bytes, int, float)):
                show(held, depth + 1)

    show(thing, 0)
