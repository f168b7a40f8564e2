"""How a test sees that a process which is not its child has ended."""

from __future__ import annotations

import os
import select
from types import TracebackType

import pytest

SECONDS = 20.0


class Watched:
    """A process, named while it lives, whatever becomes of its number later."""

    def __init__(self, process_id: int) -> None:
        if not hasattr(os, "pidfd_open"):
            pytest.skip("watching another's process needs Linux and Python >= 3.9")
        self._descriptor = os.pidfd_open(process_id)

    def __enter__(self) -> Watched:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def alive(self) -> bool:
        return not self._ended(0)

    def wait_for_end(self) -> None:
        assert self._ended(SECONDS), f"the server is still there after {SECONDS:g} s"

    def _ended(self, seconds: float) -> bool:
        readable, _, _ = select.select([self._descriptor], [], [], seconds)
        return bool(readable)
