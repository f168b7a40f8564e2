"""Public names at their official places, and what importing them costs."""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

import momento_lambda

PLACES = {
    "momento_lambda": [
        "CacheClient",
        "CacheClientAsync",
        "Configurations",
        "CredentialProvider",
        "__version__",
        "after_restore",
        "before_snapshot",
        "get_momento_client",
        "get_momento_client_async",
        "invocation",
    ],
    "momento_lambda.auth": ["CredentialProvider"],
    "momento_lambda.auth.credential_provider": ["CredentialProvider"],
    "momento_lambda.cache_client": ["CacheClient"],
    "momento_lambda.cache_client_async": ["CacheClientAsync"],
    "momento_lambda.config": ["Configuration", "Configurations"],
    "momento_lambda.config.configuration": ["Configuration"],
    "momento_lambda.config.configurations": ["Configurations"],
    "momento_lambda.config.transport.grpc_configuration": ["GrpcConfiguration"],
    "momento_lambda.config.transport.transport_strategy": [
        "StaticGrpcConfiguration",
        "StaticTransportStrategy",
        "TransportStrategy",
    ],
    "momento_lambda.errors": ["MomentoErrorCode", "SdkException", "MomentoErrorTransportDetails"],
    "momento_lambda.errors.error_details": ["MomentoErrorCode", "MomentoGrpcErrorDetails"],
    "momento_lambda.errors.exceptions": ["ConnectionException", "ClientResourceExhaustedException", "Service"],
    "momento_lambda.responses": ["CacheGet", "CacheGetResponse", "CacheSet", "CreateCache", "ListCaches", "CacheFlush"],
    "momento_lambda.responses.control.cache.create": ["CreateCache", "CreateCacheResponse"],
    "momento_lambda.responses.control.cache.delete": ["DeleteCache", "DeleteCacheResponse"],
    "momento_lambda.responses.control.cache.flush": ["CacheFlush", "CacheFlushResponse"],
    "momento_lambda.responses.control.cache.list": ["CacheInfo", "ListCaches", "ListCachesResponse"],
    "momento_lambda.responses.data.scalar.delete": ["CacheDelete", "CacheDeleteResponse"],
    "momento_lambda.responses.data.scalar.get": ["CacheGet", "CacheGetResponse"],
    "momento_lambda.responses.data.scalar.set": ["CacheSet", "CacheSetResponse"],
    "momento_lambda.responses.mixins": ["ErrorResponseMixin", "ValueStringMixin"],
    "momento_lambda.responses.response": ["CacheResponse", "ControlResponse", "Response"],
}

# The budget is 10 ms; machines of continuous integration are slow and shared.
IMPORT_SECONDS = 0.05


@pytest.mark.parametrize("place", PLACES)
def test_names_are_where_the_official_package_has_them(place: str) -> None:
    module = importlib.import_module(place)
    for name in PLACES[place]:
        assert hasattr(module, name), f"{place}.{name}"


@pytest.mark.parametrize("place", ["momento_lambda", "momento_lambda.requests", "momento_lambda.responses"])
def test_lazy_packages_list_what_they_have(place: str) -> None:
    module = importlib.import_module(place)
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert name in dir(module)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = module.nothing


def test_the_version_is_the_native_one() -> None:
    assert momento_lambda.__version__ == importlib.import_module("momento_lambda._native").__version__


def python(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout


MAKE = "import os; os.environ['MOMENTO_TOKEN_SOURCE'] = 'env:KEY'; from momento_lambda import {0}; {0}()"


def test_making_a_client_imports_nothing_heavy() -> None:
    for maker in ("get_momento_client", "get_momento_client_async"):
        program = (
            f"import sys; before = set(sys.modules); {MAKE.format(maker)}; print(*sorted(set(sys.modules) - before))"
        )
        loaded = python(program).split()
        heavy = {"abc", "asyncio", "dataclasses", "datetime", "enum", "importlib", "json", "logging", "typing"}
        assert not heavy & set(loaded)
        assert "momento_lambda.errors" not in loaded


def test_a_call_imports_what_it_needs() -> None:
    program = (
        f"import sys; {MAKE.format('get_momento_client')}; before = set(sys.modules); "
        "from momento_lambda import get_momento_client; get_momento_client().get('', 'key'); "
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = [name for name in python(program).split() if name.startswith("momento_lambda.operations")]
    assert loaded == ["momento_lambda.operations.scalar"]


def test_decorating_a_handler_imports_nothing_heavy() -> None:
    program = (
        "import sys; before = set(sys.modules); from momento_lambda import invocation; "
        "handler = invocation(lambda event, context: event); handler(1, None); "
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = python(program).split()
    assert not {"asyncio", "enum", "functools", "inspect", "logging", "typing"} & set(loaded)
    assert "momento_lambda.errors" not in loaded


@pytest.mark.parametrize("bytecode", [True, False])
def test_making_a_client_is_quick(bytecode: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A zip for Lambda often has no bytecode, and its folder can't be written to."""
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "" if bytecode else "1")
    made = MAKE.format("get_momento_client")
    program = f"import time; began = time.perf_counter(); {made}; print(time.perf_counter() - began)"
    best = min(float(python(program)) for _ in range(5))
    assert any(tmp_path.rglob("*.pyc")) == bytecode
    print(f"import and client: {best * 1000:.1f} ms")
    assert best < IMPORT_SECONDS


def test_the_interpreter_ends_while_calls_are_in_flight() -> None:
    began = time.monotonic()
    python(
        "import socket, os, threading; listener = socket.create_server(('127.0.0.1', 0)); "
        "from datetime import timedelta; from momento_lambda import *; "
        "client = CacheClient(Configurations.Laptop.latest(), "
        "CredentialProvider.for_momento_local(port=listener.getsockname()[1]), timedelta(1)); "
        "threading.Thread(target=client.get, args=('c', 'k'), daemon=True).start()"
    )
    assert time.monotonic() - began < 10
