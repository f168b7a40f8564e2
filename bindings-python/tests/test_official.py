"""The official package's public names, signatures and accessors are here too, under momento_lambda.

official/surface.json was read from momento 1.29.1 by official/read_surface.py. What is left out on
purpose stands here, with the reason.
"""

from __future__ import annotations

import importlib
import inspect
import json
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from momento_lambda import CacheClient, CacheClientAsync, CredentialProvider
from momento_lambda.requests import CollectionTtl

SURFACE = json.loads((Path(__file__).parent / "official/surface.json").read_text(encoding="utf-8"))

TOPICS = "topics are not part of this client yet"
TOKENS = "tokens and their scopes are not part of this client yet"
INTERNAL = "an inner part of the official package, tied to grpc"

MODULES_LEFT_OUT = {
    "auth.access_control": TOKENS,
    "auth.access_control.disposable_token_scope": TOKENS,
    "auth.access_control.disposable_token_scopes": TOKENS,
    "auth.access_control.permission_scope": TOKENS,
    "auth.access_control.permission_scopes": TOKENS,
    "auth.momento_endpoint_resolver": INTERNAL,
    "auth_client": TOKENS,
    "auth_client_async": TOKENS,
    "common_data": "empty there",
    "config.auth_configuration": TOKENS,
    "config.auth_configurations": TOKENS,
    "config.topic_configuration": TOPICS,
    "config.topic_configurations": TOPICS,
    "config.transport.topic_grpc_configuration": TOPICS,
    "config.transport.topic_transport_strategy": TOPICS,
    "errors.error_converter": INTERNAL,
    "responses.auth": TOKENS,
    "responses.auth.generate_disposable_token": TOKENS,
    "responses.pubsub": TOPICS,
    "responses.pubsub.publish": TOPICS,
    "responses.pubsub.subscribe": TOPICS,
    "responses.pubsub.subscription_item": TOPICS,
    "topic_client": TOPICS,
    "topic_client_async": TOPICS,
    "utilities.expiration": TOKENS,
}

NAMES_LEFT_OUT = {
    "AuthClient": TOKENS,
    "AuthClientAsync": TOKENS,
    "AuthResponse": TOKENS,
    "Expiration": TOKENS,
    "ExpiresAt": TOKENS,
    "ExpiresIn": TOKENS,
    "GenerateDisposableToken": TOKENS,
    "GenerateDisposableTokenResponse": TOKENS,
    "PubsubResponse": TOPICS,
    "TopicClient": TOPICS,
    "TopicClientAsync": TOPICS,
    "TopicConfiguration": TOPICS,
    "TopicConfigurations": TOPICS,
    "TopicPublish": TOPICS,
    "TopicPublishResponse": TOPICS,
    "TopicSubscribe": TOPICS,
    "TopicSubscribeResponse": TOPICS,
    "TopicSubscriptionItem": TOPICS,
    "TopicSubscriptionItemResponse": TOPICS,
    "LIMIT_EXCEEDED_ERROR_TO_MESSAGE_WRAPPER": INTERNAL,
    "convert_error": INTERNAL,
    "determineLimitExceededMessageWrapper": INTERNAL,
}

# These strategies log nothing: most of them run in the native part.
WITHOUT_A_LOGGER = {"retry.fixed_count_retry_strategy", "retry.fixed_timeout_retry_strategy"}

DEFAULTS = {
    "CollectionTtl.from_cache_ttl()": CollectionTtl.from_cache_ttl(),
    # Stands for the official one, which asks for datetime: 30 s.
    "timedelta(seconds=DEFAULT_EAGER_CONNECTION_TIMEOUT_SECONDS)": None,
}
CLASSES = {
    "CacheClient": CacheClient,
    "CacheClientAsync": CacheClientAsync,
    "CollectionTtl": CollectionTtl,
    "CredentialProvider": CredentialProvider,
}


def here(place: str) -> Any:
    return importlib.import_module(f"momento_lambda.{place}".rstrip("."))


@pytest.mark.parametrize("place", [place for place in SURFACE["modules"] if place not in MODULES_LEFT_OUT])
def test_names_are_where_the_official_package_has_them(place: str) -> None:
    module = here(place)
    missing = [name for name in SURFACE["modules"][place] if not hasattr(module, name)]
    if place in WITHOUT_A_LOGGER:
        missing.remove("logger")
    assert [name for name in missing if name not in NAMES_LEFT_OUT] == []


def test_nothing_is_called_left_out_that_is_here() -> None:
    for place in MODULES_LEFT_OUT:
        assert place in SURFACE["modules"]
        with pytest.raises(ModuleNotFoundError):
            here(place)
    everywhere = {name for names in SURFACE["modules"].values() for name in names}
    for name in NAMES_LEFT_OUT:
        assert name in everywhere
        for place in ("", "config", "errors", "errors.exceptions", "responses", "responses.response", "utilities"):
            assert not hasattr(here(place), name), f"{place}.{name}"


def is_default(default: object, written: str) -> bool:
    if written in DEFAULTS:
        return default == DEFAULTS[written]
    if written.startswith("SortOrder."):
        return repr(default) == f"<{written}: True>" and getattr(default, "name", None) == written.split(".")[1]
    shown = default.name if isinstance(default, Enum) else repr(default)
    return bool(shown == written)


SIGNATURES = [
    pytest.param(name, method, id=f"{name}.{method}")
    for name, methods in SURFACE["signatures"].items()
    for method in methods
]


@pytest.mark.parametrize(("name", "method"), SIGNATURES)
def test_signatures_are_the_official_ones(name: str, method: str) -> None:
    official = [each for each in SURFACE["signatures"][name][method] if each[0] not in ("self", "cls")]
    found = dict(inspect.signature(getattr(CLASSES[name], method)).parameters)
    found.pop("self", None)
    for (wanted, is_keyword_only, default), parameter in zip(official, found.values()):
        assert parameter.name == wanted
        assert (parameter.kind is parameter.KEYWORD_ONLY) == is_keyword_only, wanted
        if default is None:
            assert parameter.default is parameter.empty, wanted
        else:
            assert is_default(parameter.default, default), wanted
    # What is more than official, of Node's options, can't get in the way of a positional argument.
    more = list(found.values())[len(official) :]
    assert all(each.default is not each.empty for each in more)
    allowed = {"start_index", "end_index"}
    assert all(each.kind is each.KEYWORD_ONLY or each.name in allowed for each in more)


RESPONSES = [
    pytest.param(place, id=place) for place in SURFACE["responses"] if place.rpartition(".")[0] not in MODULES_LEFT_OUT
]


@pytest.mark.parametrize("place", RESPONSES)
def test_responses_have_the_official_variants_and_accessors(place: str) -> None:
    module, _, name = place.rpartition(".")
    response = getattr(here(module), name)
    assert getattr(here("responses"), name) is response
    for variant, parts in SURFACE["responses"][place].items():
        cls = getattr(response, variant)
        assert cls.__qualname__ == f"{name}.{variant}"
        assert issubclass(cls, getattr(here(module), f"{name}Response"))
        if variant == "Error":
            continue
        assert list(cls.__match_args__)[: len(parts["fields"])] == parts["fields"]
        made = inspect.signature(cls).parameters
        assert list(made)[: len(parts["fields"])] == parts["fields"]
        for accessor in parts["properties"]:
            assert isinstance(getattr(cls, accessor), property)
