"""The presets. Their figures are the native part's."""

from __future__ import annotations

from datetime import timedelta

from momento_lambda import _native
from momento_lambda.config.configuration import Configuration
from momento_lambda.config.transport.transport_strategy import StaticGrpcConfiguration, StaticTransportStrategy


class _Preset(Configuration):
    _name: str

    @classmethod
    def latest(cls) -> Configuration:
        """The newest version of this preset; it may change with a new version of this package."""
        return cls.v1()

    @classmethod
    def v1(cls) -> Configuration:
        """The first version of this preset, which stays as it is."""
        deadline_milliseconds, largest = _native.preset(cls._name)
        grpc = StaticGrpcConfiguration(
            timedelta(milliseconds=deadline_milliseconds),
            max_send_message_length=largest,
            max_receive_message_length=largest,
        )
        configuration = cls(StaticTransportStrategy(grpc))
        configuration._preset = cls._name
        return configuration


class Configurations:
    """Where to start from; `Lambda` is what `get_momento_client` takes."""

    class Laptop(_Preset):
        """For a developer's machine on a slow network: 15 s for a data call."""

        _name = "laptop"

    class InRegion:
        """For a machine in the cache's region."""

        class Default(_Preset):
            """1,100 ms for a data call."""

            _name = "in_region_default"

        class LowLatency(_Preset):
            """500 ms for a data call, for callers that would rather fail early."""

            _name = "in_region_low_latency"

    class Lambda(_Preset):
        """For AWS Lambda: 1,100 ms for a data call."""

        _name = "lambda"
