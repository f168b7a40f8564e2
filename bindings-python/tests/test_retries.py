"""Retry strategies, the SDK's and one's own, against the local server's faults."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from callers import PATIENCE, make_caller, patient
from hooks_of_tests import Recorder, TwiceMore, faults, recorder_for
from momento_lambda.grpc import StatusCode
from momento_lambda.responses import CacheGet, CacheIncrement
from momento_lambda.retry import (
    DefaultEligibilityStrategy,
    EligibilityStrategy,
    ExponentialBackoffRetryStrategy,
    FixedCountRetryStrategy,
    FixedTimeoutRetryStrategy,
    RetryableProps,
    RetryStrategy,
)

if TYPE_CHECKING:
    from momento_lambda.config import Configuration

OUTAGE = {"return_error": "unavailable", "error_rpcs": "get increment"}


def get(caller: Any, cache: str) -> Any:
    return caller.call("get", cache_name=cache, key="key")


def failing(flavour: str, port: int, configuration: Configuration, **headers: str) -> tuple[Any, Recorder]:
    """A client whose requests meet faults, and what its middleware sees."""
    middleware, recorder = recorder_for(flavour, faults(**headers))
    return make_caller(flavour, port, configuration.add_middleware(middleware)), recorder


def test_three_more_attempts_by_default(flavour: str, local_port: int, cache: str) -> None:
    caller, recorder = failing(flavour, local_port, patient(), **OUTAGE)
    with caller:
        response = get(caller, cache)
        assert isinstance(response, CacheGet.Error)
        assert response.error_code.name == "SERVER_UNAVAILABLE"
        assert recorder.statuses() == ["UNAVAILABLE"] * 4
        # Two increments are not one.
        assert isinstance(caller.call("increment", cache_name=cache, key="n"), CacheIncrement.Error)
        assert recorder.requests() == 5


def test_an_outage_that_passes(flavour: str, local_port: int, cache: str) -> None:
    caller, recorder = failing(flavour, local_port, patient(), error_count="2", **OUTAGE)
    with caller:
        assert isinstance(get(caller, cache), CacheGet.Miss)
    assert recorder.statuses() == ["UNAVAILABLE", "UNAVAILABLE", "OK"]


@pytest.mark.parametrize("attempts", [0, 1, 5])
def test_a_fixed_count(flavour: str, local_port: int, cache: str, attempts: int) -> None:
    configuration = patient().with_retry_strategy(FixedCountRetryStrategy(max_attempts=attempts))
    caller, recorder = failing(flavour, local_port, configuration, **OUTAGE)
    with caller:
        assert isinstance(get(caller, cache), CacheGet.Error)
    assert recorder.requests() == attempts + 1


@pytest.mark.parametrize(
    "strategy",
    [
        FixedTimeoutRetryStrategy(retry_timeout_millis=1000, retry_delay_interval_millis=50),
        ExponentialBackoffRetryStrategy(initial_delay_millis=10, growth_factor=2, max_backoff_millis=40),
    ],
    ids=repr,
)
def test_until_the_deadline(flavour: str, local_port: int, cache: str, strategy: RetryStrategy) -> None:
    configuration = patient().with_client_timeout(timedelta(milliseconds=400)).with_retry_strategy(strategy)
    caller, recorder = failing(flavour, local_port, configuration, **OUTAGE)
    began = time.monotonic()
    with caller:
        response = get(caller, cache)
    assert time.monotonic() - began < PATIENCE
    assert isinstance(response, CacheGet.Error)
    assert response.error_code.name in ("TIMEOUT_ERROR", "SERVER_UNAVAILABLE")
    assert recorder.requests() > 2


def test_an_attempt_has_a_time_out_of_its_own(flavour: str, local_port: int, cache: str) -> None:
    strategy = FixedTimeoutRetryStrategy(retry_timeout_millis=150, retry_delay_interval_millis=10)
    configuration = patient().with_retry_strategy(strategy)
    # The first attempt fails at once; the second is held up until its own time is over.
    headers = {"error_count": "1", "delay_rpcs": "get", "delay_ms": "2000", "delay_count": "2"}
    caller, recorder = failing(flavour, local_port, configuration, **headers, **OUTAGE)
    with caller:
        assert isinstance(get(caller, cache), CacheGet.Miss)
    assert recorder.requests() >= 3


def test_a_strategy_of_ones_own(flavour: str, local_port: int, cache: str) -> None:
    strategy = TwiceMore()
    caller, recorder = failing(flavour, local_port, patient().with_retry_strategy(strategy), **OUTAGE)
    with caller:
        assert isinstance(caller.call("increment", cache_name=cache, key="n"), CacheIncrement.Error)
    assert recorder.requests() == 3
    assert [props.attempt_number for props in strategy.asked] == [1, 2, 3]
    props = strategy.asked[0]
    assert props.grpc_status is StatusCode.UNAVAILABLE
    assert props.grpc_method == "/cache_client.Scs/Increment"
    assert props.overall_deadline is not None
    assert timedelta(0) < props.overall_deadline - datetime.now() < timedelta(seconds=11)


def test_a_strategy_without_middlewares(flavour: str, local_port: int) -> None:
    strategy = TwiceMore()
    with make_caller(flavour, local_port, patient().with_retry_strategy(strategy)) as caller:
        assert isinstance(caller.call("get", cache_name="there-is-none", key="k"), CacheGet.Error)
    assert [props.grpc_status for props in strategy.asked] == [StatusCode.NOT_FOUND] * 3


def test_an_eligibility_of_ones_own(flavour: str, local_port: int, cache: str) -> None:
    class Everything(EligibilityStrategy):
        def is_eligible_for_retry(self, props: RetryableProps) -> bool:
            return props.attempt_number > 0

    strategy = FixedCountRetryStrategy(max_attempts=2, eligibility_strategy=Everything())
    caller, recorder = failing(flavour, local_port, patient().with_retry_strategy(strategy), **OUTAGE)
    with caller:
        assert isinstance(caller.call("increment", cache_name=cache, key="n"), CacheIncrement.Error)
    assert recorder.requests() == 3


def test_the_default_eligibility() -> None:
    eligible = DefaultEligibilityStrategy().is_eligible_for_retry
    assert eligible(RetryableProps(StatusCode.UNAVAILABLE, "/cache_client.Scs/Get", 1))
    assert not eligible(RetryableProps(StatusCode.NOT_FOUND, "/cache_client.Scs/Get", 1))
    assert not eligible(RetryableProps(StatusCode.UNAVAILABLE, "/cache_client.Scs/Increment", 1))


class RaisingStrategy(RetryStrategy):
    def determine_when_to_retry(self, props: RetryableProps) -> float | None:
        raise RuntimeError(f"attempt {props.attempt_number}")


def test_a_strategy_that_raises_ends_the_call(flavour: str, local_port: int, cache: str) -> None:
    caller, _ = failing(flavour, local_port, patient().with_retry_strategy(RaisingStrategy()), **OUTAGE)
    with caller:
        response = get(caller, cache)
    assert isinstance(response, CacheGet.Error)
    assert response.error_code.name == "UNKNOWN_ERROR"
    assert "RuntimeError: attempt 1" in response.message


@pytest.mark.parametrize("pause", ["soon", float("nan"), -1.0, float("inf"), object()])
def test_a_strategy_that_returns_nonsense_does_not_hang(flavour: str, local_port: int, cache: str, pause: Any) -> None:
    class Nonsense(RetryStrategy):
        def determine_when_to_retry(self, props: RetryableProps) -> float | None:
            return pause if props.attempt_number == 1 else None

    configuration = patient().with_client_timeout(timedelta(milliseconds=300)).with_retry_strategy(Nonsense())
    caller, _ = failing(flavour, local_port, configuration, **OUTAGE)
    with caller:
        assert isinstance(get(caller, cache), CacheGet.Error)
