"""What a strategy is told."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from momento_lambda.grpc import StatusCode


class RetryableProps:
    """A request that failed.

    Args:
        grpc_status: How; equal to grpc's own `StatusCode` too.
        grpc_method: The RPC's path, `/cache_client.Scs/Get`.
        attempt_number: 1 for the first attempt.
        overall_deadline: When the whole call ends, in local time.
    """

    __match_args__ = ("grpc_status", "grpc_method", "attempt_number", "overall_deadline")

    def __init__(
        self, grpc_status: StatusCode, grpc_method: str, attempt_number: int, overall_deadline: datetime | None = None
    ) -> None:
        self.grpc_status = grpc_status
        self.grpc_method = grpc_method
        self.attempt_number = attempt_number
        self.overall_deadline = overall_deadline

    def __repr__(self) -> str:
        return f"RetryableProps({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if isinstance(other, RetryableProps) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # its attributes may change
