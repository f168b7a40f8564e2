"""What watches requests on their way."""

from typing import Union

from momento_lambda.config.middleware.aio import Middleware as AsyncMiddleware
from momento_lambda.config.middleware.models import (
    MiddlewareMessage,
    MiddlewareRequestHandlerContext,
    MiddlewareStatus,
)
from momento_lambda.config.middleware.synchronous import Middleware as SyncMiddleware

Middleware = Union[SyncMiddleware, AsyncMiddleware]

__all__ = ["Middleware", "MiddlewareMessage", "MiddlewareRequestHandlerContext", "MiddlewareStatus"]
