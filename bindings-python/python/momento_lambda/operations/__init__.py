"""The clients' methods, in a module per group and flavour, which is imported when the first of them is used.

Problem: 74 methods with their signatures and docstrings are most of what importing a client takes, above all where a
package was deployed without bytecode, and a function uses a few of them. Choice: in the client's class there is a
stand-in for each method at first. It imports the group and puts the functions in the places of all stand-ins for them;
from then on there is nothing between caller and function. Whoever looks at a stand-in itself, in the class's
`__dict__`, sees signature, docstring and code of the function: `mock.patch.object(..., autospec=True)` does, and
wrapt.

A process that forks in the middle of an import would leave a child in which it never ends, so a fork waits for it.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Longer than any import takes: a fork must not hang with one.
_PATIENCE_SECONDS = 1

_lock = RLock()
_awaited: dict[str, list[_Later]] = {}


class _Later:
    # No docstring: it passes for a function, and `__doc__` is that one's.
    __slots__ = ("_class_name", "_client", "_function", "_module", "_name")

    def __init__(self, client: type, module: str, class_name: str, name: str) -> None:
        self._client = client
        self._module = module
        self._class_name = class_name
        self._name = name
        self._function: Any = None

    def _loaded(self) -> Any:
        if self._function is None:
            with _lock:
                __import__(self._module)
                functions = vars(getattr(sys.modules[self._module], self._class_name))
                for later in _awaited.pop(self._module, ()):
                    later._take(functions[later._name])
        return self._function

    def _take(self, function: Any) -> None:
        function.__module__ = self._client.__module__
        function.__qualname__ = f"{self._client.__qualname__}.{self._name}"
        self._function = function
        # Somebody may have put something else there, such as a mock.
        if vars(self._client).get(self._name) is self:
            setattr(self._client, self._name, function)

    def __get__(self, client: object, owner: type | None = None) -> object:
        return self._loaded().__get__(client, owner)

    def __call__(self, *args: object, **kwargs: object) -> object:
        return self._loaded()(*args, **kwargs)

    def __getattr__(self, name: str) -> object:
        return getattr(self._loaded(), name)

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        documented: str | None = self._loaded().__doc__
        return documented

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(add_later)


def add_later(client: type, methods: str) -> None:
    """Gives a client its methods: a module of this package, its class and names of methods in each line."""
    for line in methods.splitlines():
        place, class_name, *names = line.split()
        module = f"{__name__}.{place}"
        laters = [_Later(client, module, class_name, name) for name in names]
        _awaited.setdefault(module, []).extend(laters)
        for later in laters:
            setattr(client, later._name, later)


def _before_fork() -> None:
    _lock.acquire(timeout=_PATIENCE_SECONDS)


def _after_fork_in_parent() -> None:
    try:
        _lock.release()
    except RuntimeError:
        pass  # patience ended


def _after_fork_in_child() -> None:
    global _lock
    try:
        _lock.release()
    except RuntimeError:
        _lock = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
