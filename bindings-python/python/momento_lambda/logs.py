"""The logger `momentosdk` and the level TRACE, by their official names.

The module `logging` costs 5 ms and more to import, so this one is imported where logging is there
already when a client is made, and when a program asks for it.
"""

from __future__ import annotations

import logging
import warnings

logger = logging.getLogger("momentosdk")
logger.addHandler(logging.NullHandler())

info = logger.info
debug = logger.debug

TRACE = logging.DEBUG - 5


def add_logging_level(level_name: str, level_num: int, method_name: str | None = None) -> bool:
    """Gives logging one more level: `logging.NAME`, `logging.name()` and `logger.name()`.

    Does nothing where one of these is there already, and warns; says whether it did.
    """
    method = method_name or level_name.lower()
    if hasattr(logging, level_name) or hasattr(logging, method) or hasattr(logging.getLoggerClass(), method):
        warnings.warn(f"Logging level {level_name} or logging method {method} already defined. Skipping.", stacklevel=2)
        return False

    def log_at_level(self: logging.Logger, message: object, *args: object, **kwargs: object) -> None:
        if self.isEnabledFor(level_num):
            self._log(level_num, message, args, **kwargs)  # type: ignore[arg-type]

    def log_to_root(message: object, *args: object, **kwargs: object) -> None:
        logging.log(level_num, message, *args, **kwargs)  # type: ignore[arg-type]

    logging.addLevelName(level_num, level_name)
    setattr(logging, level_name, level_num)
    setattr(logging.getLoggerClass(), method, log_at_level)
    setattr(logging, method, log_to_root)
    return True


def initialize_momento_logging() -> None:
    """Adds the level TRACE, unless this or another library has."""
    if getattr(logging, "TRACE", None) is None:
        add_logging_level("TRACE", TRACE)


initialize_momento_logging()
