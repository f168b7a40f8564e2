"""A request's or a reply's metadata."""

from __future__ import annotations

from momento_lambda.config.middleware.models import _Record


class MiddlewareMetadata(_Record):
    """Metadata; a request's may be changed. The token is not in it."""

    def __init__(self, grpc_metadata: list[tuple[str, str]] | None) -> None:
        self.grpc_metadata = grpc_metadata
