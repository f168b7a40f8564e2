"""Tests of a function, examples/python_function/app.py, against a Momento in memory."""

import app
import pytest
from momento_lambda import get_momento_client
from momento_lambda.responses import CacheGet

pytestmark = pytest.mark.usefixtures("momento_environment")


def test_the_function_gives_back_what_it_stored(momento_cache: str) -> None:
    answer = app.handler({"key": "greeting", "value": "hello"}, None)

    assert answer["value"] == "hello"
    found = get_momento_client().get(momento_cache, "greeting")
    assert isinstance(found, CacheGet.Hit)


def test_another_test_finds_the_cache_empty(momento_cache: str) -> None:
    found = get_momento_client().get(momento_cache, "greeting")
    assert isinstance(found, CacheGet.Miss)
