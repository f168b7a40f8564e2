"""How long a collection lives. The default of many arguments: importing it has to be cheap."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta


class CollectionTtl:
    """How long a collection lives, and whether an update starts that time anew.

    Args:
        ttl: The time, more than zero; the client's default TTL where None.
        refresh_ttl: Whether the update of a collection that exists starts its time anew. A new
            collection always takes the time.

    Raises:
        InvalidArgumentException: The time is no timedelta, or not more than zero.
    """

    __match_args__ = ("ttl", "refresh_ttl")

    def __init__(self, ttl: timedelta | None = None, refresh_ttl: bool = True) -> None:
        if ttl is not None:
            _check(ttl)
        self.ttl = ttl
        self.refresh_ttl = refresh_ttl

    @staticmethod
    def from_cache_ttl() -> CollectionTtl:
        """The client's default TTL, anew with each update."""
        return CollectionTtl(ttl=None, refresh_ttl=True)

    @staticmethod
    def of(ttl: timedelta) -> CollectionTtl:
        """This time, anew with each update."""
        return CollectionTtl(ttl=ttl)

    @staticmethod
    def refresh_ttl_if_provided(ttl: timedelta | None = None) -> CollectionTtl:
        """This time, anew with each update if one is given."""
        return CollectionTtl(ttl=ttl, refresh_ttl=ttl is not None)

    def with_refresh_ttl_on_updates(self) -> CollectionTtl:
        """The same time, anew with each update."""
        return CollectionTtl(ttl=self.ttl, refresh_ttl=True)

    def with_no_refresh_ttl_on_updates(self) -> CollectionTtl:
        """The same time; updates of a collection that exists leave its own alone."""
        return CollectionTtl(ttl=self.ttl, refresh_ttl=False)

    def __repr__(self) -> str:
        return f"CollectionTtl(ttl={self.ttl!r}, refresh_ttl={self.refresh_ttl!r})"

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # its attributes may change


def _check(ttl: object) -> None:
    from datetime import timedelta

    if isinstance(ttl, timedelta):
        if ttl > timedelta(0):
            return
        what = "ttl must be a positive amount of time."
    else:
        what = "ttl must be a timedelta."
    from momento_lambda.errors.exceptions import InvalidArgumentException, Service

    raise InvalidArgumentException(what, Service.CACHE)
