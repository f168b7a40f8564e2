"""What responses of a kind have in common, at the official place."""

from __future__ import annotations

from momento_lambda.responses.response import ErrorResponseMixin, ValueStringMixin

__all__ = ["ErrorResponseMixin", "ValueStringMixin"]
