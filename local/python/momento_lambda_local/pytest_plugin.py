"""Fixtures for pytest, which finds them by itself where the package is installed.

One server serves a session, on a free port; under pytest-xdist each worker is a session and has its own.
`momento_cache` empties it between tests: a new server would have another address, and clients outlive a test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from momento_lambda_local.server import LocalMomento, start


@pytest.fixture(scope="session")
def momento_local_caches() -> Sequence[str]:
    """The caches of `momento_local`, for a conftest.py to replace; the first one is what `momento_cache` gives."""
    return ["cache"]


@pytest.fixture(scope="session")
def momento_local(momento_local_caches: Sequence[str]) -> Iterator[LocalMomento]:
    """An in-memory Momento, the same one for all tests of the session."""
    if not momento_local_caches:
        pytest.fail("momento_local_caches must name one cache at least; return a list of names.", pytrace=False)
    with start(caches=momento_local_caches) as server:
        yield server


@pytest.fixture
def momento_environment(momento_local: LocalMomento, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment in which `momento_lambda.get_momento_client()` finds `momento_local`, until the test ends."""
    for name, value in momento_local.environment.items():
        monkeypatch.setenv(name, value)
    return dict(momento_local.environment)


@pytest.fixture
def momento_cache(momento_local: LocalMomento) -> str:
    """The name of a cache that is empty, in a server that holds nothing of the tests before."""
    momento_local.reset()
    return momento_local.caches[0]
