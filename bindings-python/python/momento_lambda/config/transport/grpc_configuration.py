"""What every gRPC configuration can say and change."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path


class GrpcConfiguration:
    """Deadline, trust and sizes. The one implementation is `StaticGrpcConfiguration`."""

    def get_deadline(self) -> timedelta:
        """How long a data call may take."""
        raise NotImplementedError

    def with_deadline(self, deadline: timedelta) -> GrpcConfiguration:
        """The same with another deadline."""
        raise NotImplementedError

    def get_root_certificates_pem(self) -> bytes | None:
        """The further certificate authorities to trust, in PEM."""
        raise NotImplementedError

    def with_root_certificates_pem(self, root_certificates_pem_path: Path) -> GrpcConfiguration:
        """The same, trusting also the authorities in this PEM file."""
        raise NotImplementedError

    def get_max_send_message_length(self) -> int:
        """The largest message sent, in bytes."""
        raise NotImplementedError

    def get_max_receive_message_length(self) -> int:
        """The largest message received, in bytes."""
        raise NotImplementedError

    def get_keepalive_permit_without_calls(self) -> int | None:
        """Whether the official SDK would send keepalives without calls: 1, 0 or None."""
        raise NotImplementedError

    def get_keepalive_time(self) -> timedelta | None:
        """The official SDK's pause between keepalives."""
        raise NotImplementedError

    def get_keepalive_timeout(self) -> timedelta | None:
        """How long the official SDK would wait for a keepalive's answer."""
        raise NotImplementedError
