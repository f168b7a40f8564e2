"""`@invocation`: calls end before the function's time does, and before its sandbox is frozen.

What binds and counts calls is the core. Here a handler's context is asked how much time there is, and
the handler's end is seen. In asyncio the end of a call lets a task go on, which may begin another, so
the end of the handler is followed by a few turns of the event loop.

No module is imported for this: functools and inspect would cost what the package may cost.
"""

from __future__ import annotations

from momento_lambda import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import Any, Callable, TypeVar, overload

    from momento_lambda._native import Invocation

    Handler = TypeVar("Handler", bound=Callable[..., Any])

# What a handler needs to answer, on a small function too; the core's own figure.
_MARGIN_MS = 50.0
# A task that goes on calling for ever is not waited for for ever.
_MOST_ROUNDS = 100
# Through so many turns of the event loop the news of a call's end goes: a task, a gather around it, and
# what waits for that.
_TURNS = 4
_COROUTINE = 0x80  # inspect.CO_COROUTINE

if TYPE_CHECKING:

    @overload
    def invocation(handler: Handler) -> Handler: ...
    @overload
    def invocation(*, margin_ms: float = 50.0) -> Callable[[Handler], Handler]: ...


def invocation(handler: Any = None, *, margin_ms: float = _MARGIN_MS) -> Any:
    """Makes a handler bind its calls by its remaining time, and finish what it began.

    While the handler runs, a call of any client ends with `TIMEOUT_ERROR` at the latest `margin_ms`
    before the function's time is over, as the context's `get_remaining_time_in_millis` says; without
    such a context, as in a test, calls have their own deadlines only. When the handler has ended, calls
    that nobody waited for (tasks of asyncio, other threads) are waited for, within the same time, before
    its result or exception goes on. What is not done by then is told in a warning.

    Args:
        handler: A function `handler(event, context)`, or the same with `async`.
        margin_ms: What the handler needs to answer after its last call has ended.

    Raises:
        InvalidArgumentException: `margin_ms` is no time, or what is decorated can't be called.

    Example:
        @invocation
        def handler(event, context):
            client = get_momento_client()
            return {"found": client.get("cache", event["key"]).value_string}

        @invocation(margin_ms=200)
        async def answer(event, context):
            await get_momento_client_async().set("cache", event["key"], "value")
    """
    if isinstance(margin_ms, bool) or not isinstance(margin_ms, (int, float)) or not margin_ms >= 0:
        raise _refusal(f"margin_ms must be a number of milliseconds, not less than 0; it is {margin_ms!r}")
    if handler is None:
        return lambda decorated: _decorated(decorated, margin_ms)
    return _decorated(handler, margin_ms)


def _decorated(handler: Any, margin_ms: float) -> Any:
    if not callable(handler):
        raise _refusal(f"invocation decorates a handler; {handler!r} can't be called")

    def begin(arguments: tuple[Any, ...], named: dict[str, Any]) -> Invocation:
        return _native.begin_invocation(_remaining([*arguments, *named.values()]), margin_ms)

    async def asynchronous(*arguments: Any, **named: Any) -> Any:
        return await _wait(begin(arguments, named), lambda: handler(*arguments, **named))

    def synchronous(*arguments: Any, **named: Any) -> Any:
        run = begin(arguments, named)
        passed_on = False
        try:
            result = handler(*arguments, **named)
            # A function that passes on a coroutine: it ends when that does.
            passed_on = hasattr(result, "__await__")
            if passed_on:
                return _wait(run, lambda: result)
        except Exception:
            _settle(run)
            raise
        else:
            _settle(run)
            return result
        finally:
            if not passed_on:
                run.end()

    return _named_like(handler, asynchronous if _is_asynchronous(handler) else synchronous)


async def _wait(run: Invocation, begin: Callable[[], Awaitable[Any]]) -> Any:
    try:
        answer = await begin()
    except Exception:
        await _settle_async(run)
        raise
    else:
        await _settle_async(run)
        return answer
    finally:
        run.end()


def _remaining(arguments: list[Any]) -> float | None:
    """The milliseconds that are left, if one of the arguments is a context that knows."""
    for argument in reversed(arguments):
        ask = getattr(argument, "get_remaining_time_in_millis", None)
        if ask is not None:
            remaining = ask()
            # A mock of a context may answer anything.
            return float(remaining) if isinstance(remaining, (int, float)) else None
    return None


def _settle(run: Invocation) -> None:
    if run.under_way():
        run.settle()
        _tell(run)


async def _settle_async(run: Invocation) -> None:
    from asyncio import sleep  # there already

    begun = run.begun()
    rounds = turns = 0
    while turns < _TURNS and rounds < _MOST_ROUNDS and run.may_settle():
        await sleep(0)
        # A call may have come and gone in one turn.
        before, begun = begun, run.begun()
        if run.under_way():
            from momento_lambda.client_base_async import ended

            await ended(run.settle_async())
        elif begun == before:
            turns += 1
            continue
        rounds += 1
        turns = 0
    _tell(run)


def _tell(run: Invocation) -> None:
    unfinished = run.unfinished()
    if unfinished:
        from momento_lambda.logs import logger

        logger.warning(
            "%d call(s) that the handler did not wait for were not finished before the invocation's time was up",
            unfinished,
        )


def _is_asynchronous(handler: Any) -> bool:
    code = getattr(handler, "__code__", None) or getattr(type(handler).__call__, "__code__", None)
    return code is not None and bool(code.co_flags & _COROUTINE)


def _named_like(handler: Any, wrapper: Any) -> Any:
    """What functools.wraps does, which takes longer to import than this package."""
    # Reading annotations evaluates them from Python 3.14 on, where there is something that has yet to.
    annotations = "__annotate__" if hasattr(handler, "__annotate__") else "__annotations__"
    for name in ("__module__", "__name__", "__qualname__", "__doc__", "__type_params__", annotations):
        if hasattr(handler, name):
            setattr(wrapper, name, getattr(handler, name))
    wrapper.__dict__.update(getattr(handler, "__dict__", {}))
    wrapper.__wrapped__ = handler
    return wrapper


def _refusal(what: str) -> Exception:
    from momento_lambda.errors.exceptions import InvalidArgumentException, Service

    return InvalidArgumentException(what, Service.CACHE)
