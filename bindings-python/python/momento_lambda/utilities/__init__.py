"""The official SDK's small helpers."""

from momento_lambda.utilities.shared_sync_asyncio import DEFAULT_EAGER_CONNECTION_TIMEOUT_SECONDS, str_to_bytes

__all__ = ["DEFAULT_EAGER_CONNECTION_TIMEOUT_SECONDS", "str_to_bytes"]
