"""Parameter Store, as moto speaks it, and the Lambda extension with moto behind it: the token from both."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from backend import Backend
from callers import Caller, caller_of
from conftest import local_program
from extension_stub import PARAMETERS, SECRETS, ExtensionStub
from loopback import RefusingPort
from momento_lambda import get_momento_client, get_momento_client_async
from momento_lambda.errors import InvalidArgumentException
from momento_lambda.responses import CacheGet
from processes import Programs

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "CANARY-session-9c4e"
_numbers = itertools.count()


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    """moto, and a Momento that lets nobody in without the token."""
    programs = Programs()
    backend = Backend(programs, Path(local_program()))
    try:
        backend.start()
        yield backend
    finally:
        programs.end_all()
        backend.stop()


@pytest.fixture
def aws(backend: Backend, environment: pytest.MonkeyPatch) -> Backend:
    """The backend, and an environment that leads to it."""
    for name, value in backend.environment.items():
        environment.setenv(name, value)
    return backend


@pytest.fixture
def extension(aws: Backend, environment: pytest.MonkeyPatch) -> Iterator[ExtensionStub]:
    """An extension that holds the backend's token."""
    stub = ExtensionStub(session_token=CANARY)
    stub.change({"secret_string": aws.secret_value()})
    for name, value in stub.environment.items():
        environment.setenv(name, value)
    stub.start()
    yield stub
    stub.stop()


@pytest.fixture
def name() -> str:
    """Of a parameter or a secret that no other test uses."""
    return f"/momento/test-{next(_numbers)}"


def shared(flavour: str, source: str) -> Caller:
    client: Any = get_momento_client if flavour == "sync" else get_momento_client_async
    return caller_of(client(source))


def get(caller: Caller) -> Any:
    return caller.call("get", cache_name="cache", key="key")


def assert_error(response: Any, code: str, *parts: str) -> None:
    assert isinstance(response, CacheGet.Error), response
    assert response.error_code.name == code, response
    for part in parts:
        assert part in response.message
    assert CANARY not in repr(response) + response.message


@pytest.mark.parametrize("kind", ["SecureString", "String"])
def test_a_parameter_is_looked_up_once(flavour: str, aws: Backend, name: str, kind: str) -> None:
    aws.put_parameter(name, aws.secret_value(), kind)
    with shared(flavour, f"ssm:{name}") as caller:
        for _ in range(3):
            assert isinstance(get(caller), CacheGet.Miss)
    assert aws.lookups(name) == 1


def test_versions_labels_and_fields(flavour: str, aws: Backend, name: str) -> None:
    labelled = aws.put_parameter(name, aws.secret_value("mine"), label="live")
    aws.put_parameter(name, "CANARY: not the one that is asked for")
    for written in (f"{name}:{labelled}", f"{name}:live"):
        with shared(flavour, f"ssm:{written}#mine") as caller:
            assert isinstance(get(caller), CacheGet.Miss)
        assert aws.lookups(written) == 1
    with shared(flavour, f"ssm:{name}:live") as caller:
        assert_error(get(caller), "INVALID_ARGUMENT_ERROR", "no field MOMENTO_AUTH_TOKEN")
    with shared(flavour, f"ssm:{name}:9") as caller:
        assert_error(get(caller), "AUTHENTICATION_ERROR", "ParameterVersionNotFound", "no such version or label")


def test_a_missing_parameter_is_told_and_forgotten(flavour: str, aws: Backend, name: str) -> None:
    with shared(flavour, f"ssm:{name}") as caller:
        told = (f"ssm:{name}", "ParameterNotFound", "no such parameter in us-east-1")
        assert_error(get(caller), "AUTHENTICATION_ERROR", *told)
        aws.put_parameter(name, aws.secret_value())
        assert isinstance(get(caller), CacheGet.Miss)


def test_a_list_is_refused(flavour: str, aws: Backend, name: str) -> None:
    aws.put_parameter(name, f"{CANARY},{CANARY}", "StringList")
    with shared(flavour, f"ssm:{name}") as caller:
        assert_error(get(caller), "INVALID_ARGUMENT_ERROR", "StringList", "SecureString")


@pytest.mark.parametrize(
    ("store", "path", "argument"), [("secretsmanager", SECRETS, "secretId"), ("ssm", PARAMETERS, "name")]
)
def test_the_extension_answers(
    flavour: str, aws: Backend, extension: ExtensionStub, name: str, store: str, path: str, argument: str
) -> None:
    extension.change({"mode": "not-ready", "times": 2})
    with shared(flavour, f"extension:{store}:{name}") as caller:
        assert isinstance(get(caller), CacheGet.Miss)
    assert aws.lookups(name) == 0
    requests = extension.recorded()["requests"]
    assert len(requests) == 3
    assert requests[2]["path"] == path
    assert requests[2]["arguments"][argument] == name
    assert requests[2]["token_is_right"]


@pytest.mark.parametrize("mode", ["not-ready", "bad-request", "missing", "internal-error", "silent", "garbage"])
def test_without_an_answer_of_the_extension_the_api_is_asked(
    flavour: str, aws: Backend, extension: ExtensionStub, name: str, mode: str
) -> None:
    extension.change({"mode": mode})
    source = f"extension:ssm:{name}"
    with shared(flavour, source) as caller:
        told = (source, "ParameterNotFound", "the Lambda extension was asked first")
        assert_error(get(caller), "AUTHENTICATION_ERROR", *told)
        aws.put_parameter(name, aws.secret_value())
        assert isinstance(get(caller), CacheGet.Miss)
    assert aws.lookups(name) == 2


def test_without_an_extension_the_api_is_asked(
    flavour: str, aws: Backend, environment: pytest.MonkeyPatch, name: str
) -> None:
    aws.create_secret(name, aws.secret_value())
    with RefusingPort() as refusing:
        environment.setenv("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", str(refusing.port))
        with shared(flavour, f"extension:secretsmanager:{name}") as caller:
            assert isinstance(get(caller), CacheGet.Miss)
        with shared(flavour, f"extension:secretsmanager:{name}-missing") as caller:
            assert_error(get(caller), "AUTHENTICATION_ERROR", "no such secret", "refused", str(refusing.port))


def test_a_token_that_the_extension_does_not_know_is_not_shown(
    flavour: str, aws: Backend, extension: ExtensionStub, name: str
) -> None:
    extension.session_token = "another"
    with shared(flavour, f"extension:ssm:{name}") as caller:
        assert_error(get(caller), "AUTHENTICATION_ERROR", "it answered HTTP 401")
        aws.put_parameter(name, aws.secret_value())
        assert isinstance(get(caller), CacheGet.Miss)
    assert not any(request["token_is_right"] for request in extension.recorded()["requests"])


@pytest.mark.parametrize("source", ["extension:", "extension:env:A", "extension:ssm:", "ssm:", "ssm:a#"])
def test_malformed_sources_are_refused_at_once(environment: pytest.MonkeyPatch, source: str) -> None:
    environment.setenv("A", CANARY)
    with pytest.raises(InvalidArgumentException, match="oken source"):
        get_momento_client(source)
