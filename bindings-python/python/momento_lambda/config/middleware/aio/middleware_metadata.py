"""A request's or a reply's metadata."""

from __future__ import annotations

from momento_lambda.config.middleware.models import _Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.grpc import Metadata


class MiddlewareMetadata(_Record):
    """Metadata; a request's may be changed. The token is not in it."""

    def __init__(self, grpc_metadata: Metadata | None) -> None:
        self.grpc_metadata = grpc_metadata
