"""Credential providers: every factory, and every way in which a key can be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from callers import DEFAULT_TTL, caller_of, client_class, jwt, patient, v1_key, v2_key
from momento_lambda import CredentialProvider
from momento_lambda.errors import InvalidArgumentException
from momento_lambda.responses import CacheGet

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "cell.example.com"


def endpoints(provider: CredentialProvider) -> tuple[str, str, str, int]:
    return provider.control_endpoint, provider.cache_endpoint, provider.token_endpoint, provider.port


PREFIXED = (f"control.{HOST}", f"cache.{HOST}", f"token.{HOST}", 443)


def test_v1_keys(environment: pytest.MonkeyPatch) -> None:
    key = v1_key("the-token", HOST)
    environment.setenv("A_KEY", key)
    for provider in (
        CredentialProvider.from_string(key),
        CredentialProvider.from_string(auth_token=key),
        CredentialProvider.from_disposable_token(key),
        CredentialProvider.from_environment_variable("A_KEY"),
        CredentialProvider.from_environment_variable(env_var_name="A_KEY"),
    ):
        assert provider.auth_token == provider.get_auth_token() == "the-token"
        assert endpoints(provider) == PREFIXED


def test_endpoints_can_be_overridden() -> None:
    provider = CredentialProvider.from_string(v1_key("t", HOST), "a.example.com", "b.example.com", "c.example.com")
    assert endpoints(provider) == ("a.example.com", "b.example.com", "c.example.com", 443)


def test_v2_keys(environment: pytest.MonkeyPatch) -> None:
    key = v2_key()
    environment.setenv("MOMENTO_API_KEY", key)
    environment.setenv("MOMENTO_ENDPOINT", HOST)
    environment.setenv("KEY", key)
    environment.setenv("PLACE", HOST)
    for provider in (
        CredentialProvider.from_api_key_v2(key, HOST),
        CredentialProvider.from_environment_variables_v2(),
        CredentialProvider.from_environment_variables_v2("KEY", "PLACE"),
    ):
        assert provider.auth_token == key
        assert endpoints(provider) == PREFIXED


def test_variables_are_read_at_each_call(environment: pytest.MonkeyPatch) -> None:
    for token in ("one", "two"):
        environment.setenv("A_KEY", v1_key(token, HOST))
        assert CredentialProvider.from_environment_variable("A_KEY").auth_token == token


def test_legacy_keys() -> None:
    key = jwt({"c": "cache.old.example.com", "cp": "control.old.example.com"})
    provider = CredentialProvider.from_string(key)
    assert provider.auth_token == key
    assert endpoints(provider) == (
        "control.old.example.com",
        "cache.old.example.com",
        "token.cache.old.example.com",
        443,
    )


def test_addresses_beyond_host_and_port() -> None:
    provider = CredentialProvider.from_api_key_v2(v2_key(), "http://127.0.0.1:8080")
    assert endpoints(provider) == ("127.0.0.1", "127.0.0.1", "127.0.0.1", 8080)
    provider = CredentialProvider.from_api_key_v2(v2_key(), f"https://{HOST}:8443")
    assert provider.cache_endpoint == f"https://{HOST}:8443"


def test_momento_local() -> None:
    provider = CredentialProvider.for_momento_local()
    assert endpoints(provider) == ("127.0.0.1", "127.0.0.1", "127.0.0.1", 8080)
    assert provider.auth_token == ""
    assert endpoints(CredentialProvider.for_momento_local("server", 9)) == ("server", "server", "server", 9)
    # A container beside this one: no client is refused, and none connects before it is used.
    client_class("sync")(patient(), CredentialProvider.for_momento_local("server", 9), DEFAULT_TTL).close()


@pytest.mark.parametrize("attributes", [{}, {"cache": "http://127.0.0.1:{}"}, {"cache": "localhost"}])
def test_attributes_can_be_assigned(flavour: str, local_port: int, cache: str, attributes: dict[str, str]) -> None:
    provider = CredentialProvider.from_api_key_v2(v2_key(), "http://127.0.0.1:1")
    provider.port = local_port
    for name, value in attributes.items():
        setattr(provider, f"{name}_endpoint", value.format(local_port))
    with caller_of(client_class(flavour)(patient(), provider, DEFAULT_TTL)) as caller:
        assert isinstance(caller.call("get", cache_name=cache, key="k"), CacheGet.Miss)


def test_plaintext_to_another_machine_is_refused(flavour: str) -> None:
    assigned = CredentialProvider.from_string(v1_key("token", HOST))
    assigned.port = 8080
    url = CredentialProvider.from_string(v1_key("token", HOST))
    url.cache_endpoint = f"http://{HOST}:80"
    for provider in (assigned, url):
        with pytest.raises(InvalidArgumentException, match="in the clear"):
            client_class(flavour)(patient(), provider, DEFAULT_TTL)
    with pytest.raises(InvalidArgumentException, match="in the clear"):
        CredentialProvider.from_api_key_v2(v2_key(), f"http://{HOST}")
    with pytest.raises(InvalidArgumentException, match="in the clear"):
        CredentialProvider.from_string(v1_key("token", f"http://{HOST}"))


V2_REFUSED = "Received an invalid v2 API key. Are you using the correct key"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CredentialProvider.from_string(""), "malformed auth token"),
        (lambda: CredentialProvider.from_string("CANARY"), "Invalid Auth token."),
        (lambda: CredentialProvider.from_string("CANARY!"), "Invalid Auth token."),
        (lambda: CredentialProvider.from_string("CAN.ARY"), "Invalid Auth token."),
        (lambda: CredentialProvider.from_string("CAN.!!!.ARY"), "Invalid Auth token."),
        (lambda: CredentialProvider.from_string(jwt({"x": "CANARY"})), "Invalid Auth token."),
        (lambda: CredentialProvider.from_string(v1_key("CANARY", "")), "Invalid Auth token."),
        (lambda: CredentialProvider.from_string(v1_key("CANARY", "ftp://x")), "neither https nor http"),
        (lambda: CredentialProvider.from_string(v2_key("CANARY")), "Unexpectedly received a v2 API key."),
        (lambda: CredentialProvider.from_string(5), "Auth token must be a string"),  # type: ignore[arg-type]
        (lambda: CredentialProvider.from_disposable_token(""), "Disposable token cannot be empty."),
        (lambda: CredentialProvider.from_disposable_token("CANARY"), "Invalid Auth token."),
        (lambda: CredentialProvider.from_api_key_v2("", HOST), "API key cannot be empty."),
        (lambda: CredentialProvider.from_api_key_v2(v2_key("CANARY"), ""), "Endpoint cannot be empty."),
        (lambda: CredentialProvider.from_api_key_v2("CANARY", HOST), V2_REFUSED),
        (lambda: CredentialProvider.from_api_key_v2(v1_key("CANARY", HOST), HOST), V2_REFUSED),
        (lambda: CredentialProvider.from_api_key_v2(v2_key("CANARY"), "ftp://x"), "neither https nor http"),
        (lambda: CredentialProvider.from_api_key_v2(v2_key("CANARY"), "a b"), "more than a host"),
        (
            lambda: CredentialProvider.from_environment_variables_v2(""),
            "API key environment variable name cannot be empty.",
        ),
        (
            lambda: CredentialProvider.from_environment_variables_v2("A", ""),
            "Endpoint environment variable name cannot be empty.",
        ),
    ],
)
def test_wrong_keys_say_what_is_wrong_and_never_what_they_hold(
    make: Callable[[], CredentialProvider], message: str
) -> None:
    with pytest.raises(InvalidArgumentException) as caught:
        make()
    assert message in caught.value.message
    assert "CANARY" not in repr(caught.value)


def test_missing_variables(environment: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="Missing required environment variable NO_SUCH"):
        CredentialProvider.from_environment_variable("NO_SUCH")
    with pytest.raises(RuntimeError, match="Missing required environment variable MOMENTO_API_KEY"):
        CredentialProvider.from_environment_variables_v2()
    environment.setenv("MOMENTO_API_KEY", v2_key())
    with pytest.raises(RuntimeError, match="Missing required environment variable MOMENTO_ENDPOINT"):
        CredentialProvider.from_environment_variables_v2()
    environment.setenv("MOMENTO_API_KEY", "no-v2-key")
    environment.setenv("MOMENTO_ENDPOINT", HOST)
    with pytest.raises(InvalidArgumentException, match="Or did you mean to use `from_environment_variable"):
        CredentialProvider.from_environment_variables_v2()
