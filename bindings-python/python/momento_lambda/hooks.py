"""How the native part asks a user's middlewares and retry strategy. Imported where there are any."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Any

    from momento_lambda._native import HookQuestion
    from momento_lambda.config.middleware import aio, synchronous
    from momento_lambda.retry.retry_strategy import RetryStrategy
    from momento_lambda.retry.retryable_props import RetryableProps

    Pairs = list[tuple[str, str]]


class ClientHooks:
    """The objects of one client's configuration."""

    def __init__(
        self,
        synchronous: list[synchronous.Middleware],
        aio: list[aio.Middleware],
        strategy: RetryStrategy | None,
    ) -> None:
        import uuid

        from momento_lambda.config.middleware.models import CONNECTION_ID_KEY, MiddlewareRequestHandlerContext

        self.synchronous = synchronous
        self.aio = aio
        self.strategy = strategy
        self.context = MiddlewareRequestHandlerContext({CONNECTION_ID_KEY: str(uuid.uuid4())})

    def begin(self) -> CallHooks:
        """The hooks of a synchronous call."""
        return CallHooks(self)

    def begin_async(self) -> AsyncCallHooks:
        """The hooks of an asyncio call."""
        return AsyncCallHooks(self)

    def close(self) -> None:
        """Tells the middlewares that the client has been closed."""
        for middleware in self.synchronous:
            middleware.close()
        for other in self.aio:
            other.close()

    def _objects(self) -> list[int]:
        return [id(each) for each in (*self.synchronous, *self.aio, self.strategy)]

    def __eq__(self, other: object) -> bool:
        return self._objects() == other._objects() if isinstance(other, ClientHooks) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self._objects()))


class CallHooks:
    """Asks synchronous objects, on the thread of the call."""

    def __init__(self, client: ClientHooks) -> None:
        self._client = client
        self._handlers: dict[int, list[synchronous.MiddlewareRequestHandler]] = {}

    def before(self, path: str, number: int, name: str, encoded: bytes, pairs: Pairs) -> Pairs:  # noqa: ARG002
        """Before an attempt; gives the metadata to send."""
        from momento_lambda.config.middleware.models import MiddlewareMessage, message
        from momento_lambda.config.middleware.synchronous import MiddlewareMetadata

        handlers = [middleware.on_new_request(self._client.context) for middleware in self._client.synchronous]
        self._handlers[number] = handlers
        metadata = MiddlewareMetadata(pairs)
        for handler in handlers:
            metadata = handler.on_request_metadata(metadata)
        body = MiddlewareMessage(message(f"_{name}", encoded))
        for handler in handlers:
            body = handler.on_request_body(body)
        return _pairs(metadata.grpc_metadata)

    def after(self, number: int, name: str, encoded: bytes | None, pairs: Pairs, code: int) -> None:
        """After an attempt."""
        from momento_lambda.config.middleware.models import MiddlewareMessage, MiddlewareStatus, message
        from momento_lambda.config.middleware.synchronous import MiddlewareMetadata
        from momento_lambda.grpc import status_code

        handlers = self._handlers.pop(number, [])[::-1]
        metadata = MiddlewareMetadata(pairs)
        for handler in handlers:
            metadata = handler.on_response_metadata(metadata)
        if encoded is not None:
            body = MiddlewareMessage(message(f"_{name}", encoded))
            for handler in handlers:
                body = handler.on_response_body(body)
        status = MiddlewareStatus(status_code(code))
        for handler in handlers:
            status = handler.on_response_status(status)

    def retry(self, path: str, attempt: int, code: int, remaining: float) -> float | None:
        """After an attempt that failed; gives the pause before the next."""
        strategy = self._client.strategy
        assert strategy is not None
        return strategy.determine_when_to_retry(_props(path, attempt, code, remaining))


class AsyncCallHooks:
    """Asks asyncio objects, in tasks of the event loop and in the context of the call."""

    def __init__(self, client: ClientHooks) -> None:
        import contextvars

        self._client = client
        self._handlers: dict[int, list[aio.MiddlewareRequestHandler]] = {}
        self._context = contextvars.copy_context()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, question: HookQuestion, name: str, arguments: tuple[Any, ...]) -> None:
        """Starts a task that answers the question."""
        import asyncio

        answering = self._answer(question, name, arguments)
        task = self._context.run(asyncio.get_running_loop().create_task, answering)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def end(self) -> None:
        """Nobody waits for answers any more."""
        for task in list(self._tasks):
            task.cancel()

    async def _answer(self, question: HookQuestion, name: str, arguments: tuple[Any, ...]) -> None:
        try:
            question.answer(await getattr(self, name)(*arguments))
        except Exception as error:
            question.fail(error)
        except BaseException:
            question.fail(RuntimeError("the task was cancelled"))
            raise

    async def before(self, path: str, number: int, name: str, encoded: bytes, pairs: Pairs) -> Pairs:  # noqa: ARG002
        """Before an attempt; gives the metadata to send."""
        from momento_lambda.config.middleware.aio import MiddlewareMetadata
        from momento_lambda.config.middleware.models import MiddlewareMessage, message
        from momento_lambda.grpc import Metadata

        handlers = [await middleware.on_new_request(self._client.context) for middleware in self._client.aio]
        self._handlers[number] = handlers
        metadata = MiddlewareMetadata(Metadata(*pairs))
        for handler in handlers:
            metadata = await handler.on_request_metadata(metadata)
        body = MiddlewareMessage(message(f"_{name}", encoded))
        for handler in handlers:
            body = await handler.on_request_body(body)
        return _pairs(metadata.grpc_metadata)

    async def after(self, number: int, name: str, encoded: bytes | None, pairs: Pairs, code: int) -> None:
        """After an attempt."""
        from momento_lambda.config.middleware.aio import MiddlewareMetadata
        from momento_lambda.config.middleware.models import MiddlewareMessage, MiddlewareStatus, message
        from momento_lambda.grpc import Metadata, status_code

        handlers = self._handlers.pop(number, [])[::-1]
        metadata = MiddlewareMetadata(Metadata(*pairs))
        for handler in handlers:
            metadata = await handler.on_response_metadata(metadata)
        if encoded is not None:
            body = MiddlewareMessage(message(f"_{name}", encoded))
            for handler in handlers:
                body = await handler.on_response_body(body)
        status = MiddlewareStatus(status_code(code))
        for handler in handlers:
            status = await handler.on_response_status(status)

    async def retry(self, path: str, attempt: int, code: int, remaining: float) -> float | None:
        """After an attempt that failed; gives the pause before the next."""
        strategy = self._client.strategy
        assert strategy is not None
        return strategy.determine_when_to_retry(_props(path, attempt, code, remaining))


def _pairs(metadata: Iterable[tuple[str, str]] | None) -> Pairs:
    return [(str(key), str(value)) for key, value in metadata or ()]


def _props(path: str, attempt: int, code: int, remaining: float) -> RetryableProps:
    from datetime import datetime, timedelta

    from momento_lambda.grpc import status_code
    from momento_lambda.retry.retryable_props import RetryableProps

    overall_deadline: datetime = datetime.now() + timedelta(seconds=remaining)
    return RetryableProps(status_code(code), path, attempt, overall_deadline)
