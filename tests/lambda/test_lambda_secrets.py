"""Where the key stands: by name, by ARN, in a field, as plain text, or not there at all."""

from __future__ import annotations

import json

import pytest
from backend import Backend
from conftest import Function


def test_a_secret_named_by_its_arn(function: Function, backend: Backend) -> None:
    arn = backend.create_secret(function.secret, backend.secret_value())
    function.start({"MOMENTO_SECRET_ID": arn})
    function.expect("by ARN")
    assert function.lookups(arn) == 1


def test_a_field_of_the_secret(function: Function, backend: Backend) -> None:
    """The named field wins over the usual ones, which hold something else here."""
    fields = {**json.loads(backend.secret_value("cacheKey")), "MOMENTO_API_KEY": "not this one"}
    backend.create_secret(function.secret, json.dumps(fields))
    function.start({"MOMENTO_TOKEN_SOURCE": f"secretsmanager:{function.secret}#cacheKey"})
    function.expect("by field")
    assert function.lookups() == 1


def test_a_plain_text_secret(function: Function, backend: Backend) -> None:
    backend.create_secret(function.secret, backend.key)
    function.start({"MOMENTO_SECRET_ID": function.secret, "MOMENTO_ENDPOINT": backend.momento_url})
    function.expect("plain")
    assert function.lookups() == 1


def test_a_missing_secret_is_a_typed_error_and_heals(function: Function, backend: Backend) -> None:
    function.start()
    error = function.roundtrip("too early")
    assert error.get("operation") == "set", error
    assert error["error_code"] == "AUTHENTICATION_ERROR", error
    assert function.secret in error["message"]
    assert "ResourceNotFoundException" in error["message"]

    backend.create_secret(function.secret, backend.secret_value())
    assert function.expect("now") == error["pid"]


@pytest.mark.parametrize("form", ["key in an unknown field", "text that is no key"])
def test_an_unusable_secret_is_an_error_that_does_not_quote_it(function: Function, backend: Backend, form: str) -> None:
    """The fixture checks that no part of the key is in the logs or the reply."""
    value = json.dumps({"somewhere": backend.key}) if form == "key in an unknown field" else f"no key {backend.key}"
    backend.create_secret(function.secret, value)
    function.start({"MOMENTO_SECRET_ID": function.secret, "MOMENTO_ENDPOINT": backend.momento_url})
    error = function.roundtrip("unusable")
    assert error.get("operation") == "set", error
    assert function.secret in error["message"], error
