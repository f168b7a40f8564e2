"""A client's configuration."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from momento_lambda.config.transport.transport_strategy import TransportStrategy


class Configuration:
    """How a client behaves. Made by `Configurations`; each `with_` method gives a changed copy.

    What has no method here (budgets of connecting and of the token look-up) comes from the preset
    and survives every change.
    """

    _transport_strategy: TransportStrategy
    _preset: str

    def __init__(self, transport_strategy: TransportStrategy) -> None:
        self._transport_strategy = transport_strategy
        self._preset = "lambda"

    @classmethod
    def _from_preset(cls, preset: str, transport_strategy: TransportStrategy) -> Configuration:
        configuration = cls(transport_strategy)
        configuration._preset = preset
        return configuration

    def get_transport_strategy(self) -> TransportStrategy:
        """Deadline, trust and sizes."""
        return self._transport_strategy

    def with_transport_strategy(self, transport_strategy: TransportStrategy) -> Configuration:
        """The same with another transport strategy."""
        return Configuration._from_preset(self._preset, transport_strategy)

    def with_client_timeout(self, client_timeout: timedelta) -> Configuration:
        """The same with another deadline for data calls; more than zero."""
        return self.with_transport_strategy(self._transport_strategy.with_client_timeout(client_timeout))

    def with_root_certificates_pem(self, root_certificates_pem_path: Path) -> Configuration:
        """The same, trusting also the certificate authorities in this PEM file."""
        grpc = self._transport_strategy.get_grpc_configuration()
        return self.with_transport_strategy(
            self._transport_strategy.with_grpc_configuration(
                grpc.with_root_certificates_pem(root_certificates_pem_path)
            )
        )

    def _for_native(self) -> tuple[str, timedelta, int, Path | None]:
        grpc = self._transport_strategy.get_grpc_configuration()
        largest = max(grpc.get_max_send_message_length(), grpc.get_max_receive_message_length())
        path: Path | None = getattr(grpc, "_root_certificates_path", None)
        return self._preset, grpc.get_deadline(), largest, path

    def __repr__(self) -> str:
        return f"Configuration(transport_strategy={self._transport_strategy!r}, preset={self._preset!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Configuration):
            return NotImplemented
        return vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self._transport_strategy, self._preset))
