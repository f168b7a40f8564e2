"""The gRPC types that users meet, without needing grpc.

They look like `grpc.StatusCode` and `grpc.aio.Metadata`; a status equals grpc's own of the same name.
"""

from __future__ import annotations

from enum import Enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class StatusCode(Enum):
    """The gRPC status; names and values are those of `grpc.StatusCode`."""

    OK = (0, "ok")
    CANCELLED = (1, "cancelled")
    UNKNOWN = (2, "unknown")
    INVALID_ARGUMENT = (3, "invalid argument")
    DEADLINE_EXCEEDED = (4, "deadline exceeded")
    NOT_FOUND = (5, "not found")
    ALREADY_EXISTS = (6, "already exists")
    PERMISSION_DENIED = (7, "permission denied")
    RESOURCE_EXHAUSTED = (8, "resource exhausted")
    FAILED_PRECONDITION = (9, "failed precondition")
    ABORTED = (10, "aborted")
    OUT_OF_RANGE = (11, "out of range")
    UNIMPLEMENTED = (12, "unimplemented")
    INTERNAL = (13, "internal")
    UNAVAILABLE = (14, "unavailable")
    DATA_LOSS = (15, "data loss")
    UNAUTHENTICATED = (16, "unauthenticated")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, StatusCode):
            return self is other
        # grpc's own: code that has grpc compares with that.
        if isinstance(other, Enum) and type(other).__name__ == "StatusCode":
            return bool(other.value == self.value)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)


_BY_NUMBER = {code.value[0]: code for code in StatusCode}


def status_code(number: int) -> StatusCode:
    """The status of a number on the wire; UNKNOWN for one that has no name."""
    return _BY_NUMBER.get(number, StatusCode.UNKNOWN)


class Metadata:
    """Keys and values of a request or a reply; a key may have several values.

    Iterating gives pairs; `metadata[key]` gives a key's first value, as in `grpc.aio.Metadata`.
    """

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self._pairs = list(pairs)

    @classmethod
    def from_tuple(cls, raw_metadata: Iterable[tuple[str, str]]) -> Metadata:
        """From pairs."""
        return cls(*raw_metadata)

    def add(self, key: str, value: str) -> None:
        """Adds a value to those that the key has."""
        self._pairs.append((key, value))

    def append(self, pair: tuple[str, str]) -> None:
        """Adds a pair, as to the list of pairs that synchronous gRPC uses."""
        self.add(*pair)

    def get(self, key: str, default: str | None = None) -> str | None:
        """The key's first value."""
        return next((value for name, value in self._pairs if name == key), default)

    def get_all(self, key: str) -> list[str]:
        """All values of the key."""
        return [value for name, value in self._pairs if name == key]

    def set_all(self, key: str, values: Iterable[str]) -> None:
        """Gives the key these values instead of those it has."""
        self.delete_all(key)
        self._pairs.extend((key, value) for value in values)

    def delete_all(self, key: str) -> None:
        """Takes all values from the key."""
        self._pairs = [pair for pair in self._pairs if pair[0] != key]

    def keys(self) -> list[str]:
        """The keys, each once."""
        return list(dict.fromkeys(key for key, _ in self._pairs))

    def values(self) -> list[str]:
        """All values."""
        return [value for _, value in self._pairs]

    def items(self) -> list[tuple[str, str]]:
        """All pairs."""
        return list(self._pairs)

    def __getitem__(self, key: str) -> str:
        value = self.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key: str, value: str) -> None:
        """Replaces the key's first value, or adds one."""
        for place, pair in enumerate(self._pairs):
            if pair[0] == key:
                self._pairs[place] = (key, value)
                return
        self.add(key, value)

    def __delitem__(self, key: str) -> None:
        """Takes the key's first value."""
        for place, pair in enumerate(self._pairs):
            if pair[0] == key:
                del self._pairs[place]
                return
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return any(name == key for name, _ in self._pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Metadata):
            return self._pairs == other._pairs
        if isinstance(other, dict):
            return dict(self._pairs) == other
        return list(self._pairs) == list(other) if isinstance(other, (list, tuple)) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it may change

    def __repr__(self) -> str:
        return f"Metadata({', '.join(map(repr, self._pairs))})"
