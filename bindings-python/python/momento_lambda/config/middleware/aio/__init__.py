"""Middlewares of asyncio clients."""

from momento_lambda.config.middleware.aio.middleware import Middleware, MiddlewareRequestHandler
from momento_lambda.config.middleware.aio.middleware_metadata import MiddlewareMetadata

__all__ = ["Middleware", "MiddlewareMetadata", "MiddlewareRequestHandler"]
