"""A token shows nowhere: not in a repr, an error, an exception's arguments, a log or a traceback."""

from __future__ import annotations

import copy
import json
import logging
import traceback
from typing import TYPE_CHECKING

import pytest

from callers import DEFAULT_TTL, caller_of, client_class, patient, raised_by, v1_key, v2_key
from momento_lambda import CredentialProvider, get_momento_client, get_momento_client_async

if TYPE_CHECKING:
    from collections.abc import Callable

    from secrets_stub import SecretsStub

CANARY = "CANARY-6f1d"
ENCODED = v1_key(CANARY, "cell.example.com")


def assert_hidden(*things: object) -> None:
    for thing in things:
        texts = [repr(thing), str(thing)]
        if isinstance(thing, BaseException):
            texts += [repr(thing.args), *traceback.format_exception(type(thing), thing, thing.__traceback__)]
            texts += [repr(vars(thing)), repr(thing.__cause__), repr(thing.__context__)]
        for text in texts:
            assert CANARY not in text
            assert ENCODED[:24] not in text


def test_providers_show_no_part_of_the_token() -> None:
    for provider in (CredentialProvider.from_string(ENCODED), CredentialProvider(CANARY, "a", "b", "c")):
        assert_hidden(provider, copy.copy(provider), [provider])
        for length in range(4, len(CANARY)):
            assert CANARY[:length] not in repr(provider)


def test_clients_and_failures_show_no_token(flavour: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.NOTSET)
    provider = CredentialProvider(CANARY, "127.0.0.1", "127.0.0.1", "127.0.0.1", 1)
    client = client_class(flavour)(patient(), provider, DEFAULT_TTL)
    with caller_of(client) as caller:
        response = caller.call("get", cache_name="cache", key="key")
    assert_hidden(client, client._native, response, response.inner_exception, response.message)
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    "make",
    [
        lambda: CredentialProvider.from_string(CANARY),
        lambda: CredentialProvider.from_string(ENCODED + "!"),
        lambda: CredentialProvider.from_disposable_token(ENCODED[:-7]),
        lambda: CredentialProvider.from_api_key_v2(ENCODED, "cell.example.com"),
        lambda: CredentialProvider.from_api_key_v2(v2_key(CANARY), "ftp://cell.example.com"),
        lambda: CredentialProvider.from_string(v1_key(f"{CANARY}\n", "cell.example.com")),
        lambda: CredentialProvider.from_api_key_v2(v2_key(), ENCODED),
        lambda: get_momento_client("env:KEY", endpoint=ENCODED),
        lambda: get_momento_client(ENCODED),
        lambda: get_momento_client(f"vault:{CANARY}"),
        lambda: get_momento_client_async(CANARY),
    ],
)
def test_refusals_show_no_token(make: Callable[[], object]) -> None:
    exception = raised_by(make)
    text = "".join(traceback.format_exception_only(type(exception), exception))
    assert CANARY not in text + repr(exception.args) + repr(vars(exception))
    assert ENCODED[:24] not in text + repr(exception.args)


def test_a_provider_that_can_not_be_used_shows_no_token(flavour: str) -> None:
    provider = CredentialProvider(CANARY, "a", "b", "c")
    for name, value in (("port", CANARY), ("auth_token", CANARY.encode()), ("cache_endpoint", [CANARY])):
        broken = copy.copy(provider)
        setattr(broken, name, value)
        exception = raised_by(lambda broken=broken: client_class(flavour)(patient(), broken, DEFAULT_TTL))  # type: ignore[misc]
        assert CANARY not in repr(exception) + repr(exception.args)


@pytest.mark.parametrize(
    "secret",
    [
        CANARY,
        json.dumps({"MOMENTO_API_KEY": CANARY}),
        json.dumps({"other": CANARY}),
        json.dumps({"MOMENTO_API_KEY": {"a": CANARY}}),
        json.dumps({"MOMENTO_API_KEY": v2_key(CANARY)}),
        f'{{"MOMENTO_API_KEY": "{CANARY}',
        ENCODED[:-5],
    ],
)
def test_secrets_that_can_not_be_used_show_nothing(flavour: str, secrets: SecretsStub, secret: str) -> None:
    secrets.change({"secret_string": secret})
    client = get_momento_client() if flavour == "sync" else get_momento_client_async()
    with caller_of(client) as caller:
        response = caller.call("get", cache_name="cache", key="key")
    assert type(response).__name__ == "Error"
    assert_hidden(response, response.inner_exception, response.message, client)
