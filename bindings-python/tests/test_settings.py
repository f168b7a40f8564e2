"""What a configuration can say besides deadline and trust: each setting does what it says, and none gets lost."""

from __future__ import annotations

import gzip
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from callers import make_caller, patient
from hooks_of_tests import Recorder, TwiceMore, faults, recorder_for
from momento_lambda import Configurations
from momento_lambda.config import Configuration
from momento_lambda.config.compression import CompressionFormat, CompressionLevel, CompressionStrategy
from momento_lambda.config.read_concern import ReadConcern
from momento_lambda.config.transport.transport_strategy import StaticGrpcConfiguration, StaticTransportStrategy
from momento_lambda.errors import InvalidArgumentException, NotFoundException, TimeoutException
from momento_lambda.responses import CacheGet, CacheGetBatch, CacheSet
from momento_lambda.retry import (
    ExponentialBackoffRetryStrategy,
    FixedCountRetryStrategy,
    FixedTimeoutRetryStrategy,
)

if TYPE_CHECKING:
    from momento_lambda import CacheClient

BUILDERS: list[tuple[str, Any]] = [
    ("with_client_timeout", timedelta(seconds=3)),
    ("with_retry_strategy", FixedCountRetryStrategy(max_attempts=7)),
    ("with_read_concern", ReadConcern.CONSISTENT),
    ("with_compression_strategy", CompressionStrategy(CompressionFormat.GZIP, CompressionLevel.FASTEST, False)),
    ("with_max_concurrent_requests", 5),
    ("with_throw_on_errors", True),
    ("with_start_budget", timedelta(seconds=3)),
    ("with_token_ttl", timedelta(0)),
    ("with_middlewares", [Recorder()]),
    ("add_middleware", Recorder()),
]


@pytest.mark.parametrize(("builder", "value"), BUILDERS)
@pytest.mark.parametrize(("other", "other_value"), BUILDERS)
def test_a_builder_changes_a_copy_in_one_point(builder: str, value: Any, other: str, other_value: Any) -> None:
    start = Configurations.InRegion.Default.latest()
    changed: Configuration = getattr(start, builder)(value)
    assert changed != start
    assert start == Configurations.InRegion.Default.latest()
    assert hash(changed) == hash(getattr(start, builder)(value))
    if "middleware" in builder and "middleware" in other:
        return
    one = getattr(getattr(start, builder)(value), other)(other_value)
    if builder != other:
        assert one == getattr(getattr(start, other)(other_value), builder)(value)
        assert one != changed
    assert one._preset == "in_region_default"


def test_getters_say_what_has_been_set() -> None:
    start = Configurations.Lambda.latest()
    assert isinstance(start, Configurations.Lambda)
    assert start.get_retry_strategy() == FixedCountRetryStrategy(max_attempts=3)
    assert start.get_read_concern() is ReadConcern.BALANCED
    assert start.get_compression_strategy() is None
    assert start.get_max_concurrent_requests() is None
    assert not start.get_throw_on_errors()
    assert start.get_start_budget() is start.get_token_ttl() is None
    assert start.with_start_budget(timedelta(seconds=3)).get_start_budget() == timedelta(seconds=3)
    assert start.with_token_ttl(timedelta(0)).get_token_ttl() == timedelta(0)
    assert "token_ttl=" in repr(start.with_token_ttl(timedelta(0)))
    assert start.get_middlewares() == []
    recorder, strategy = Recorder(), CompressionStrategy()
    changed = start.with_middlewares([recorder]).with_compression_strategy(strategy).with_max_concurrent_requests(2)
    assert changed.get_middlewares() == changed.get_sync_middlewares() == [recorder]
    assert changed.get_async_middlewares() == []
    assert changed.get_compression_strategy() is strategy
    assert changed.get_max_concurrent_requests() == 2
    assert changed.with_read_concern(ReadConcern.CONSISTENT).get_read_concern() is ReadConcern.CONSISTENT
    assert changed.with_throw_on_errors(True).get_throw_on_errors()
    for shown in ("compression_strategy=", "middlewares=", "max_concurrent_requests=2", "preset='lambda'"):
        assert shown in repr(changed)
    own = TwiceMore()
    assert start.with_retry_strategy(own) == start.with_retry_strategy(own)
    assert start.with_retry_strategy(own) != start.with_retry_strategy(TwiceMore())


def test_the_default_strategy_is_the_preset_s() -> None:
    start = Configurations.Laptop.latest()
    assert start.with_retry_strategy(FixedCountRetryStrategy(max_attempts=3)) == start
    assert Configuration(start.get_transport_strategy(), FixedCountRetryStrategy(), []).get_middlewares() == []


def test_a_grpc_configuration_keeps_all_that_it_is_given() -> None:
    grpc = StaticGrpcConfiguration(
        timedelta(seconds=1),
        max_send_message_length=5,
        max_receive_message_length=6,
        keepalive_permit_without_calls=False,
        keepalive_time=timedelta(seconds=7),
        keepalive_timeout=None,
    )
    changed = grpc.with_deadline(timedelta(seconds=2))
    assert changed.get_deadline() == timedelta(seconds=2)
    assert changed.get_keepalive_permit_without_calls() == 0
    assert changed.get_keepalive_time() == timedelta(seconds=7)
    assert changed.get_keepalive_timeout() is None
    assert (changed.get_max_send_message_length(), changed.get_max_receive_message_length()) == (5, 6)
    assert StaticGrpcConfiguration(timedelta(1)).get_keepalive_permit_without_calls() == 1


@pytest.mark.parametrize("timeout", [timedelta(0), timedelta(seconds=-1), 5, None])
def test_a_timeout_that_makes_no_sense_is_refused(timeout: Any) -> None:
    with pytest.raises(InvalidArgumentException, match="Request timeout must be a"):
        Configurations.Lambda.latest().with_client_timeout(timeout)


@pytest.mark.parametrize(
    ("builder", "value"),
    [
        ("with_start_budget", timedelta(0)),
        ("with_start_budget", 1),
        ("with_token_ttl", timedelta(seconds=-1)),
        ("with_token_ttl", None),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(builder: str, value: Any) -> None:
    with pytest.raises(InvalidArgumentException, match=r"(start budget|token TTL) must"):
        getattr(Configurations.Lambda.latest(), builder)(value)


@pytest.mark.parametrize("most", [0, -1])
def test_a_concurrency_that_makes_no_sense_is_refused(most: int) -> None:
    with pytest.raises(InvalidArgumentException, match="concurrent requests limit must be strictly positive"):
        Configurations.Lambda.latest().with_max_concurrent_requests(most)


@pytest.mark.parametrize(
    "strategy",
    [
        FixedTimeoutRetryStrategy(retry_timeout_millis=-1, retry_delay_interval_millis=5),
        ExponentialBackoffRetryStrategy(initial_delay_millis=float("nan")),
        FixedCountRetryStrategy(max_attempts="many"),  # type: ignore[arg-type]
        "none",
    ],
)
def test_a_strategy_that_makes_no_sense_is_refused(flavour: str, local_port: int, strategy: Any) -> None:
    with pytest.raises(InvalidArgumentException):
        make_caller(flavour, local_port, patient().with_retry_strategy(strategy))


def test_messages_have_limits_of_their_own(flavour: str, local_port: int, cache: str) -> None:
    grpc = StaticGrpcConfiguration(timedelta(seconds=10), max_send_message_length=1000)
    sending = patient().with_transport_strategy(StaticTransportStrategy(grpc))
    grpc = StaticGrpcConfiguration(timedelta(seconds=10), max_receive_message_length=1000)
    receiving = patient().with_transport_strategy(StaticTransportStrategy(grpc))
    with make_caller(flavour, local_port, sending) as sender, make_caller(flavour, local_port, receiving) as receiver:
        assert isinstance(sender.call("set", cache_name=cache, key="k", value=b"x" * 2000), CacheSet.Error)
        assert isinstance(receiver.call("set", cache_name=cache, key="k", value=b"x" * 2000), CacheSet.Success)
        assert isinstance(receiver.call("get", cache_name=cache, key="k"), CacheGet.Error)
        assert isinstance(sender.call("get", cache_name=cache, key="k"), CacheGet.Hit)


def test_failures_are_raised(flavour: str, local_port: int, cache: str) -> None:
    with make_caller(flavour, local_port, patient().with_throw_on_errors(True)) as caller:
        assert isinstance(caller.call("get", cache_name=cache, key="k"), CacheGet.Miss)
        with pytest.raises(NotFoundException, match="there-is-none"):
            caller.call("get", cache_name="there-is-none", key="k")
        with pytest.raises(InvalidArgumentException, match="Unsupported type for key"):
            caller.call("get", cache_name=cache, key=5)
    with make_caller(flavour, local_port, patient().with_throw_on_errors(False)) as caller:
        assert isinstance(caller.call("get", cache_name="there-is-none", key="k"), CacheGet.Error)


def test_a_timeout_is_raised(flavour: str, local_port: int, cache: str) -> None:
    middleware, _ = recorder_for(flavour, faults(delay_rpcs="get", delay_ms="2000"))
    configuration = patient().with_client_timeout(timedelta(milliseconds=100)).with_throw_on_errors(True)
    configuration = configuration.add_middleware(middleware)
    with make_caller(flavour, local_port, configuration) as caller, pytest.raises(TimeoutException):
        caller.call("get", cache_name=cache, key="k")


@pytest.mark.parametrize("concern", [None, *ReadConcern])
def test_the_read_concern_is_sent(flavour: str, local_port: int, cache: str, concern: ReadConcern | None) -> None:
    middleware, recorder = recorder_for(flavour)
    configuration = patient().add_middleware(middleware)
    if concern is not None:
        configuration = configuration.with_read_concern(concern)
    with make_caller(flavour, local_port, configuration) as caller:
        assert isinstance(caller.call("get", cache_name=cache, key="k"), CacheGet.Miss)
    expected = "consistent" if concern is ReadConcern.CONSISTENT else None
    assert recorder.seen[0][1].get("read-concern") == expected


VALUE = b"a value that repeats itself, " * 100


@pytest.mark.parametrize("compression_format", CompressionFormat)
@pytest.mark.parametrize("level", CompressionLevel)
def test_values_are_compressed(
    flavour: str, local_port: int, cache: str, compression_format: CompressionFormat, level: CompressionLevel
) -> None:
    compressing = patient().with_compression_strategy(CompressionStrategy(compression_format, level))
    plain: Any
    with make_caller(flavour, local_port, compressing) as caller, make_caller(flavour, local_port) as plain:
        assert isinstance(caller.call("set", cache_name=cache, key="k", value=VALUE, compress=True), CacheSet.Success)
        items = {"batch": VALUE}
        assert "Success" in str(caller.call("set_batch", cache_name=cache, items=items, compress=True))
        for key in ("k", "batch"):
            stored = plain.call("get", cache_name=cache, key=key).value_bytes
            assert len(stored) < len(VALUE) / 10
            if compression_format is CompressionFormat.GZIP:
                assert gzip.decompress(stored) == VALUE
            assert caller.call("get", cache_name=cache, key=key).value_bytes == VALUE
            assert caller.call("get", cache_name=cache, key=key, decompress=False).value_bytes == stored
        batch = caller.call("get_batch", cache_name=cache, keys=["k", "batch"])
        assert isinstance(batch, CacheGetBatch.Success)
        assert set(batch.value_dictionary_bytes_bytes.values()) == {VALUE}
        # What is not compressed is read as it is.
        assert isinstance(caller.call("set", cache_name=cache, key="plain", value="text"), CacheSet.Success)
        assert caller.call("get", cache_name=cache, key="plain").value_string == "text"
        assert plain.call("get", cache_name=cache, key="plain").value_string == "text"


def test_decompression_on_demand(flavour: str, local_port: int, cache: str) -> None:
    strategy = CompressionStrategy(automatic_decompression=False)
    with make_caller(flavour, local_port, patient().with_compression_strategy(strategy)) as caller:
        caller.call("set", cache_name=cache, key="k", value=VALUE, compress=True)
        assert caller.call("get", cache_name=cache, key="k").value_bytes != VALUE
        assert caller.call("get", cache_name=cache, key="k", decompress=True).value_bytes == VALUE


def test_compression_without_a_strategy_is_refused(flavour: str, local_port: int, cache: str) -> None:
    with make_caller(flavour, local_port) as caller:
        response = caller.call("set", cache_name=cache, key="k", value=VALUE, compress=True)
    assert isinstance(response, CacheSet.Error)
    assert response.error_code.name == "INVALID_ARGUMENT_ERROR"


def test_at_most_so_many_requests_at_a_time(local_port: int, cache: str, setup_client: CacheClient) -> None:
    under_way, most = 0, 0
    lock = threading.Lock()

    class Counting(Recorder):
        def on_request_body(self, request: Any) -> Any:
            nonlocal under_way, most
            with lock:
                under_way += 1
                most = max(most, under_way)
            return request

        def on_response_status(self, status: Any) -> Any:
            nonlocal under_way
            with lock:
                under_way -= 1
            return status

    headers = faults(delay_rpcs="get", delay_ms="5")
    configuration = patient().add_middleware(Counting(headers)).with_max_concurrent_requests(2)
    with make_caller("sync", local_port, configuration) as caller, ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda _: caller.call("get", cache_name=cache, key="k"), range(24)))
    assert all(isinstance(response, CacheGet.Miss) for response in responses)
    assert most == 2
    assert isinstance(setup_client.get(cache, "k"), CacheGet.Miss)
