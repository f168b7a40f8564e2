"""Everything that can go wrong on the way: the typed error within its budget, and recovery after it."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from callers import PATIENCE, caller_of, make_caller, v1_key, v2_key
from loopback import RefusingPort
from momento_lambda import Configurations, get_momento_client, get_momento_client_async
from momento_lambda.errors import InvalidArgumentException
from momento_lambda.responses import CacheGet

if TYPE_CHECKING:
    from callers import Caller
    from conftest import WatchedSilentServer
    from secrets_stub import SecretsStub

# Look-up and deadline of the Lambda preset together, and room for a loaded machine.
BUDGET_SECONDS = 4 + 1.1 + 1.5
# What returns at once may take this long on a loaded machine.
AT_ONCE_SECONDS = 0.25
_numbers = itertools.count()


def shared(flavour: str, *arguments: Any, **options: Any) -> Caller:
    began = time.monotonic()
    get: Any = get_momento_client if flavour == "sync" else get_momento_client_async
    caller = caller_of(get(*arguments, **options))
    assert time.monotonic() - began < AT_ONCE_SECONDS
    return caller


def timed_get(caller: Caller, cache: str, budget: float = BUDGET_SECONDS) -> Any:
    began = time.monotonic()
    response = caller.call("get", cache_name=cache, key="key")
    assert time.monotonic() - began < budget
    return response


def good_secret(local_port: int) -> str:
    return json.dumps({"MOMENTO_API_KEY": v2_key(), "MOMENTO_ENDPOINT": f"http://127.0.0.1:{local_port}"})


def assert_error(response: Any, code: str, *parts: str) -> None:
    assert isinstance(response, CacheGet.Error), response
    assert response.error_code.name == code, response
    for part in parts:
        assert part.lower() in response.message.lower()


def test_no_source_is_configured(flavour: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MOMENTO_TOKEN_SOURCE", "")
    with pytest.raises(InvalidArgumentException) as caught:
        shared(flavour)
    for name in ("MOMENTO_SECRET_ID", "MOMENTO_API_KEY", "MOMENTO_AUTH_TOKEN", "MOMENTO_TOKEN_SOURCE"):
        assert name in caught.value.message
    assert caught.value.message.startswith("Token source is not configured")


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"token_source": "vault:x"}, "unknown kind"),
        ({"token_source": "env:"}, "names nothing"),
        ({"token_source": 5}, "token_source must be a string"),
        ({"token_source": "env:A", "endpoint": "ftp://x"}, "neither https nor http"),
        ({"token_source": "env:A", "endpoint": "http://example.com"}, "in the clear"),
        ({"token_source": "env:A", "endpoint": 5}, "endpoint must be a string"),
        ({"token_source": "env:A", "default_ttl": 60}, "TTL must be a timedelta."),
        ({"token_source": "env:A", "configuration": "lambda"}, "must be a Configuration"),
    ],
)
def test_arguments_that_make_no_sense(flavour: str, options: dict[str, Any], part: str) -> None:
    with pytest.raises(InvalidArgumentException) as caught:
        shared(flavour, **options)
    assert part.lower() in caught.value.message.lower()


def test_a_default_ttl_that_makes_no_sense(flavour: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MOMENTO_DEFAULT_TTL", "soon")
    with pytest.raises(InvalidArgumentException, match="MOMENTO_DEFAULT_TTL"):
        shared(flavour, "env:A")


@pytest.mark.parametrize(
    ("secret", "parts"),
    [
        ('{"other": "x"}', ["no field", "MOMENTO_API_KEY"]),
        ('{"MOMENTO_API_KEY": 5}', ["not a text"]),
        ('{"MOMENTO_API_KEY": "x"', ["malformed", "line 1"]),
        ("not-a-key!", ["neither base64", "v1", "v2"]),
        ("bm90LWpzb24=", ["v1 key"]),
        ("a.b", ["three parts"]),
        ("a.!!.c", ["payload"]),
        (json.dumps({"MOMENTO_API_KEY": v2_key()}), ["needs an endpoint"]),
        (json.dumps({"MOMENTO_API_KEY": v2_key(), "MOMENTO_ENDPOINT": "ftp://x"}), ["neither https nor http"]),
        (json.dumps({"MOMENTO_API_KEY": v2_key(), "MOMENTO_ENDPOINT": "http://example.com"}), ["in the clear"]),
        (v1_key("token", "http://example.com"), ["in the clear"]),
    ],
)
def test_a_secret_that_can_not_be_used(
    flavour: str, secrets: SecretsStub, local_port: int, cache: str, secret: str, parts: list[str]
) -> None:
    secrets.change({"secret_string": secret})
    with shared(flavour) as caller:
        assert_error(timed_get(caller, cache), "INVALID_ARGUMENT_ERROR", "secretsmanager:momento/test-", *parts)
        secrets.change({"secret_string": good_secret(local_port)})
        assert isinstance(timed_get(caller, cache), CacheGet.Miss)


@pytest.mark.parametrize(
    ("mode", "codes", "parts"),
    [
        ("missing", ["AUTHENTICATION_ERROR"], ["ResourceNotFoundException", "eu-west-1"]),
        ("access-denied", ["PERMISSION_ERROR"], ["AccessDeniedException", "secretsmanager:GetSecretValue"]),
        ("throttling", ["LIMIT_EXCEEDED_ERROR"], ["ThrottlingException"]),
        ("internal-error", ["SERVER_UNAVAILABLE"], ["InternalServiceError"]),
        ("expired-token", ["AUTHENTICATION_ERROR"], ["expired"]),
        ("truncated", ["SERVER_UNAVAILABLE", "TIMEOUT_ERROR"], []),
        ("garbage", ["SERVER_UNAVAILABLE", "AUTHENTICATION_ERROR"], []),
        ("silent", ["TIMEOUT_ERROR"], []),
    ],
)
def test_secrets_manager_fails_and_recovers(
    flavour: str, secrets: SecretsStub, local_port: int, cache: str, mode: str, codes: list[str], parts: list[str]
) -> None:
    secrets.change({"mode": mode, "secret_string": good_secret(local_port)})
    with shared(flavour) as caller:
        response = timed_get(caller, cache)
        assert isinstance(response, CacheGet.Error)
        assert response.error_code.name in codes, response
        for part in ["secretsmanager:momento/test-", *parts]:
            assert part in response.message
        secrets.change({"mode": "ok"})
        assert isinstance(timed_get(caller, cache), CacheGet.Miss)


def test_secrets_manager_refuses_and_recovers(
    flavour: str, environment: pytest.MonkeyPatch, secrets: SecretsStub, local_port: int, cache: str
) -> None:
    secrets.change({"secret_string": good_secret(local_port)})
    with RefusingPort() as refusing:
        environment.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", refusing.url)
        with shared(flavour) as caller:
            assert_error(timed_get(caller, cache), "SERVER_UNAVAILABLE", "secretsmanager:momento/test-")
            environment.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.url)
            assert isinstance(timed_get(caller, cache), CacheGet.Miss)


def test_a_slow_secret_is_waited_for(flavour: str, secrets: SecretsStub, local_port: int, cache: str) -> None:
    secrets.change({"mode": "slow", "delay_ms": 300, "secret_string": good_secret(local_port)})
    with shared(flavour) as caller:
        assert isinstance(timed_get(caller, cache), CacheGet.Miss)
        assert secrets.recorded()["count"] == 1


def test_no_credentials_for_aws(flavour: str, environment: pytest.MonkeyPatch, secrets: SecretsStub) -> None:
    environment.delenv("AWS_ACCESS_KEY_ID")
    assert secrets.mode == "ok"
    with shared(flavour) as caller:
        assert_error(timed_get(caller, "cache"), "AUTHENTICATION_ERROR", "AWS_ACCESS_KEY_ID")


def test_a_missing_variable_is_told_and_recovers(
    flavour: str, environment: pytest.MonkeyPatch, local_port: int, cache: str
) -> None:
    name = f"KEY_{next(_numbers)}"
    with shared(flavour, f"env:{name}") as caller:
        assert_error(timed_get(caller, cache), "INVALID_ARGUMENT_ERROR", name)
        environment.setenv(name, v1_key("token", f"http://127.0.0.1:{local_port}"))
        assert isinstance(timed_get(caller, cache), CacheGet.Miss)


def test_momento_refuses(flavour: str) -> None:
    with RefusingPort() as refusing, make_caller(flavour, refusing.port, Configurations.Lambda.latest()) as caller:
        assert_error(timed_get(caller, "cache", 3), "SERVER_UNAVAILABLE", str(refusing.port))
        assert_error(timed_get(caller, "cache", 3), "SERVER_UNAVAILABLE")


def test_momento_is_silent(flavour: str, silent: WatchedSilentServer) -> None:
    with make_caller(flavour, silent.port, Configurations.Lambda.latest()) as caller:
        assert_error(timed_get(caller, "cache", 3), "TIMEOUT_ERROR")
        # Known to be silent: no further call waits that long.
        assert_error(timed_get(caller, "cache", 1), "SERVER_UNAVAILABLE")


@pytest.mark.parametrize("peer", ["silent", "refusing"])
@pytest.mark.parametrize("role", ["store", "cache"])
def test_making_a_client_waits_for_nobody(
    flavour: str,
    role: str,
    peer: str,
    environment: pytest.MonkeyPatch,
    secrets: SecretsStub,
    silent: WatchedSilentServer,
) -> None:
    assert secrets.mode == "ok"
    get: Any = get_momento_client if flavour == "sync" else get_momento_client_async
    with RefusingPort() as refusing:
        url = silent.url if peer == "silent" else refusing.url
        source = f"env:KEY_{next(_numbers)}" if role == "cache" else "secretsmanager:name"
        environment.setenv(source.partition(":")[2], v1_key("token", url))
        environment.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", url)
        taken = []
        for seconds in range(1, 6):
            began = time.monotonic()
            client = get(source, default_ttl=timedelta(seconds=seconds))
            taken.append(time.monotonic() - began)
            client.close()
        # The best of them: a loaded machine takes its time with all else.
        assert min(taken) < 0.05


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_long_wait_can_be_interrupted(silent: WatchedSilentServer) -> None:
    program = (
        # Programs started in the background of a shell ignore the signal, and so do their children.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from datetime import timedelta; from momento_lambda import *; "
        "client = CacheClient(Configurations.Laptop.latest(), "
        f"CredentialProvider.for_momento_local(port={silent.port}), timedelta(1)); "
        "print('calling', flush=True); client.get('cache', 'key')"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"calling\n"
        assert silent.wait_for_connection(PATIENCE)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, errors = process.communicate(timeout=5)
        assert b"KeyboardInterrupt" in errors
        # The call looks every 100 ms; what is over that is the interpreter's end, on a loaded machine.
        assert time.monotonic() - began < 1
    finally:
        process.kill()
        process.communicate()
