"""Configurations: presets, builders, and that a builder loses nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from callers import DEFAULT_TTL, caller_of, client_class, make_caller, patient, v2_key
from momento_lambda import CacheClient, Configurations, CredentialProvider
from momento_lambda.config import Configuration
from momento_lambda.config.transport.transport_strategy import StaticGrpcConfiguration, StaticTransportStrategy
from momento_lambda.errors import MomentoErrorCode, TimeoutException
from momento_lambda.responses import CacheGet, CacheSet

if TYPE_CHECKING:
    from pathlib import Path

    from silent_server import SilentServer


def deadline(configuration: Configuration) -> timedelta:
    return configuration.get_transport_strategy().get_grpc_configuration().get_deadline()


def test_presets_have_the_official_deadlines() -> None:
    for preset, milliseconds in [
        (Configurations.Laptop, 15_000),
        (Configurations.InRegion.Default, 1_100),
        (Configurations.InRegion.LowLatency, 500),
        (Configurations.Lambda, 1_100),
    ]:
        for configuration in (preset.latest(), preset.v1()):
            assert isinstance(configuration, Configuration)
            assert deadline(configuration) == timedelta(milliseconds=milliseconds)


def test_builders_change_a_copy_and_lose_nothing(tmp_path: Path) -> None:
    pem = tmp_path / "authorities.pem"
    pem.write_bytes(b"pem")
    start = Configurations.Laptop.latest()
    grpc = start.get_transport_strategy().get_grpc_configuration()
    changed = start.with_root_certificates_pem(pem).with_client_timeout(timedelta(seconds=3))
    changed_grpc = changed.get_transport_strategy().get_grpc_configuration()
    assert changed_grpc.get_deadline() == timedelta(seconds=3)
    assert changed_grpc.get_root_certificates_pem() == b"pem"
    assert changed_grpc.get_max_send_message_length() == grpc.get_max_send_message_length()
    assert changed_grpc.get_max_receive_message_length() == grpc.get_max_receive_message_length()
    assert changed._preset == "laptop"
    assert deadline(start) == timedelta(seconds=15)
    assert changed.with_client_timeout(timedelta(seconds=15)) == start.with_root_certificates_pem(pem)
    assert hash(Configurations.Laptop.latest()) == hash(start)


def test_a_transport_strategy_of_ones_own() -> None:
    grpc = StaticGrpcConfiguration(timedelta(seconds=2), max_send_message_length=7, max_receive_message_length=8)
    strategy = StaticTransportStrategy(grpc)
    configuration = Configuration(strategy)
    assert configuration.get_transport_strategy() is strategy
    assert strategy.with_client_timeout(timedelta(1)).get_grpc_configuration().get_max_send_message_length() == 7
    other = Configurations.Lambda.latest().with_transport_strategy(strategy)
    assert deadline(other) == timedelta(seconds=2)
    assert configuration == other
    assert strategy.with_grpc_configuration(grpc.with_deadline(timedelta(1))).get_grpc_configuration() != grpc


def test_a_file_of_authorities_that_is_not_there_is_told(tmp_path: Path, silent: SilentServer) -> None:
    configuration = Configurations.Lambda.latest().with_root_certificates_pem(tmp_path / "none.pem")
    address = f"https://127.0.0.1:{silent.port}"
    provider = CredentialProvider("token", address, address, address)
    with CacheClient(configuration, provider, DEFAULT_TTL) as client:
        response = client.get("cache", "key")
    assert isinstance(response, CacheGet.Error)
    assert response.error_code is MomentoErrorCode.INVALID_ARGUMENT_ERROR
    assert "none.pem" in response.message


def test_authorities_in_a_file_are_trusted(flavour: str, tls_server: tuple[Path, str]) -> None:
    certificate, address = tls_server
    provider = CredentialProvider.from_api_key_v2(v2_key(), address)
    trusting = patient().with_root_certificates_pem(certificate)
    with caller_of(client_class(flavour)(trusting, provider, DEFAULT_TTL)) as caller:
        assert isinstance(caller.call("set", cache_name="cache", key="k", value="v"), CacheSet.Success)
    with caller_of(client_class(flavour)(patient(), provider, DEFAULT_TTL)) as caller:
        response = caller.call("get", cache_name="cache", key="k")
    assert isinstance(response, CacheGet.Error)
    assert response.error_code is MomentoErrorCode.SERVER_UNAVAILABLE
    assert "certificate" in response.message


@pytest.mark.parametrize("milliseconds", [50, 400])
def test_the_deadline_holds(flavour: str, silent: SilentServer, milliseconds: int) -> None:
    configuration = Configurations.Lambda.latest().with_client_timeout(timedelta(milliseconds=milliseconds))
    with make_caller(flavour, silent.port, configuration) as caller:
        response = caller.call("get", cache_name="cache", key="key")
    assert isinstance(response, CacheGet.Error)
    assert isinstance(response.inner_exception, TimeoutException)
    assert f"{milliseconds} ms" in response.message
