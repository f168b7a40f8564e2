"""The stand-in for Secrets Manager has versions, a clock, and requests that can be held on their way."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from store import DAY_SECONDS, Store

SECONDS = 10.0


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    store.change({"secret_string": "new"})
    store.start()
    yield store
    store.let_go()
    store.stop()


def ask(store: Store, stage: str = "AWSCURRENT", signed: float | None = None) -> dict[str, Any]:
    when = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(signed))
    headers = {"X-Amz-Target": "secretsmanager.GetSecretValue", "X-Amz-Date": when}
    body = json.dumps({"SecretId": "name", "VersionStage": stage}).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(store.url, body, headers), timeout=SECONDS) as response:
            answer: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as error:
        answer = json.load(error)
    return answer


def test_each_version_has_its_value_its_id_and_its_date(store: Store) -> None:
    assert ask(store, "AWSPREVIOUS")["__type"] == "ResourceNotFoundException"
    store.previous = "old"
    current, previous = ask(store), ask(store, "AWSPREVIOUS")
    assert (current["SecretString"], current["VersionStages"]) == ("new", ["AWSCURRENT"])
    assert (previous["SecretString"], previous["VersionStages"]) == ("old", ["AWSPREVIOUS"])
    assert current["VersionId"] != previous["VersionId"]
    assert current["CreatedDate"] - previous["CreatedDate"] == DAY_SECONDS
    store.change({"mode": "internal-error"})
    assert ask(store, "AWSPREVIOUS")["__type"] == ask(store)["__type"] == "InternalServiceError"


def test_a_signature_grows_too_old(store: Store) -> None:
    assert ask(store, signed=time.time() - 200)["SecretString"] == "new"
    store.advance(1)
    assert ask(store)["__type"] == "InvalidSignatureException"
    assert ask(store, signed=time.time() + 3600)["SecretString"] == "new"
    assert [request.get("expired", False) for request in store.recorded()["requests"]] == [False, True, False]


def test_a_request_that_is_held_arrives_when_it_is_let_go(store: Store) -> None:
    store.hold()
    answers: list[dict[str, Any]] = []
    asking = threading.Thread(target=lambda: answers.append(ask(store)))
    asking.start()
    assert store.wait_until_one_is_held(SECONDS)
    store.advance(1)
    assert store.recorded()["count"] == 0
    store.let_go()
    asking.join(SECONDS)
    assert answers[0]["__type"] == "InvalidSignatureException"
    assert not store.wait_until_one_is_held(0)
