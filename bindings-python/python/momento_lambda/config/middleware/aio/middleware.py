"""What a middleware of a asyncio client does."""

from __future__ import annotations

from abc import ABC, abstractmethod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.config.middleware.aio.middleware_metadata import MiddlewareMetadata
    from momento_lambda.config.middleware.models import (
        MiddlewareMessage,
        MiddlewareRequestHandlerContext,
        MiddlewareStatus,
    )


class MiddlewareRequestHandler(ABC):
    """Sees one attempt of a request. Each method gives what the next middleware sees.

    Changed metadata of a request is sent; everything else is for looking at only. One that raises
    ends the call with an `UNKNOWN_ERROR` that says so.
    """

    @abstractmethod
    async def on_request_metadata(self, metadata: MiddlewareMetadata) -> MiddlewareMetadata:
        """Before the request: its metadata."""

    @abstractmethod
    async def on_request_body(self, request: MiddlewareMessage) -> MiddlewareMessage:
        """Before the request: its message."""

    @abstractmethod
    async def on_response_metadata(self, metadata: MiddlewareMetadata) -> MiddlewareMetadata:
        """After the reply: its metadata."""

    @abstractmethod
    async def on_response_body(self, response: MiddlewareMessage) -> MiddlewareMessage:
        """After a reply that is no failure: its message."""

    @abstractmethod
    async def on_response_status(self, status: MiddlewareStatus) -> MiddlewareStatus:
        """After the reply: how it ended."""


class Middleware(ABC):
    """Watches requests: makes a handler for each attempt."""

    @abstractmethod
    async def on_new_request(self, context: MiddlewareRequestHandlerContext) -> MiddlewareRequestHandler:
        """A handler for an attempt that begins."""

    def close(self) -> None:  # noqa: B027 (most have nothing to do)
        """The client has been closed."""
