"""Middlewares of synchronous clients."""

from momento_lambda.config.middleware.synchronous.middleware import Middleware, MiddlewareRequestHandler
from momento_lambda.config.middleware.synchronous.middleware_metadata import MiddlewareMetadata

__all__ = ["Middleware", "MiddlewareMetadata", "MiddlewareRequestHandler"]
