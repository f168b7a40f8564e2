"""Middlewares and strategies for tests: they record what they see and ask the local server for faults."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from momento_lambda.config.middleware import aio, synchronous
from momento_lambda.retry import RetryStrategy

if TYPE_CHECKING:
    from momento_lambda.config.middleware.models import (
        MiddlewareMessage,
        MiddlewareRequestHandlerContext,
        MiddlewareStatus,
    )
    from momento_lambda.retry import RetryableProps


def faults(**headers: str) -> dict[str, str]:
    """Headers that ask momento-lambda-local for faults, under an identity of their own."""
    return {"request-id": str(uuid.uuid4()), **{name.replace("_", "-"): value for name, value in headers.items()}}


class Recorder(synchronous.Middleware, synchronous.MiddlewareRequestHandler):
    """Adds headers to requests and writes down what comes by."""

    def __init__(self, headers: dict[str, str] | None = None) -> None:
        self.headers = headers or {}
        self.seen: list[Any] = []
        self.contexts: list[dict[str, str]] = []
        self.closed = 0

    def on_new_request(self, context: MiddlewareRequestHandlerContext) -> Recorder:
        self.contexts.append(context.context)
        return self

    def on_request_metadata(self, metadata: synchronous.MiddlewareMetadata) -> synchronous.MiddlewareMetadata:
        assert metadata.grpc_metadata is not None
        self.seen.append(("metadata", dict(metadata.grpc_metadata)))
        metadata.grpc_metadata.extend(self.headers.items())
        return metadata

    def on_request_body(self, request: MiddlewareMessage) -> MiddlewareMessage:
        self.seen.append(("request", request.constructor_name, request.message_length))
        return request

    def on_response_metadata(self, metadata: synchronous.MiddlewareMetadata) -> synchronous.MiddlewareMetadata:
        self.seen.append(("reply's metadata", dict(metadata.grpc_metadata or [])))
        return metadata

    def on_response_body(self, response: MiddlewareMessage) -> MiddlewareMessage:
        self.seen.append(("reply", response.constructor_name, response.message_length))
        return response

    def on_response_status(self, status: MiddlewareStatus) -> MiddlewareStatus:
        self.seen.append(("status", status.grpc_status.name))
        return status

    def close(self) -> None:
        self.closed += 1

    def requests(self) -> int:
        return sum(1 for each in self.seen if each[0] == "request")

    def statuses(self) -> list[str]:
        return [each[1] for each in self.seen if each[0] == "status"]


class AsyncRecorder(aio.Middleware, aio.MiddlewareRequestHandler):
    """The same for asyncio."""

    def __init__(self, headers: dict[str, str] | None = None) -> None:
        self.recorder = Recorder(headers)

    async def on_new_request(self, context: MiddlewareRequestHandlerContext) -> AsyncRecorder:
        self.recorder.contexts.append(context.context)
        return self

    async def on_request_metadata(self, metadata: aio.MiddlewareMetadata) -> aio.MiddlewareMetadata:
        assert metadata.grpc_metadata is not None
        self.recorder.seen.append(("metadata", dict(metadata.grpc_metadata)))
        for key, value in self.recorder.headers.items():
            metadata.grpc_metadata.add(key, value)
        return metadata

    async def on_request_body(self, request: MiddlewareMessage) -> MiddlewareMessage:
        return self.recorder.on_request_body(request)

    async def on_response_metadata(self, metadata: aio.MiddlewareMetadata) -> aio.MiddlewareMetadata:
        self.recorder.seen.append(("reply's metadata", dict(metadata.grpc_metadata or [])))
        return metadata

    async def on_response_body(self, response: MiddlewareMessage) -> MiddlewareMessage:
        return self.recorder.on_response_body(response)

    async def on_response_status(self, status: MiddlewareStatus) -> MiddlewareStatus:
        return self.recorder.on_response_status(status)

    def close(self) -> None:
        self.recorder.close()


def recorder_for(flavour: str, headers: dict[str, str] | None = None) -> tuple[Any, Recorder]:
    """A middleware of this flavour, and where it writes to."""
    if flavour == "sync":
        recorder = Recorder(headers)
        return recorder, recorder
    middleware = AsyncRecorder(headers)
    return middleware, middleware.recorder


class TwiceMore(RetryStrategy):
    """A strategy of one's own: twice more, whatever the request is."""

    def __init__(self) -> None:
        self.asked: list[RetryableProps] = []

    def determine_when_to_retry(self, props: RetryableProps) -> float | None:
        self.asked.append(props)
        return 0.001 if props.attempt_number <= 2 else None
