"""Whatever the arguments are, a call ends in a response: no exception, no panic, no wait beyond the deadline.

Hypothesis makes batches of calls, most of which end before anything is sent; the others go to the local server.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callers import DEFAULT_TTL, PATIENCE, make_caller, patient
from momento_lambda import CacheClientAsync, CredentialProvider
from momento_lambda.errors import MomentoErrorCode
from momento_lambda.responses import CacheDictionarySetFields, CacheListConcatenateBack, Response
from strange_arguments import ANYTHING, RaisingMapping, RaisingMidway
from test_vectors import CALLS
from vector_arguments import OPERATIONS, Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callers import Caller

CASES_IN_ALL = 10_000
BATCH = 50
FLAVOURS = 2
EXAMPLES = CASES_IN_ALL // BATCH // FLAVOURS
NAMES = sorted(set(OPERATIONS) - {"create_cache", "delete_cache", "flush_cache"})

CALL = st.sampled_from(NAMES).flatmap(
    lambda operation: st.tuples(
        st.just(operation),
        st.dictionaries(
            st.sampled_from([argument["name"] for argument in OPERATIONS[operation]["arguments"]] or ["nothing"]),
            ANYTHING,
            min_size=1,
            max_size=2,
        ),
    )
)
BATCHES = st.lists(CALL, min_size=BATCH, max_size=BATCH)
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
EXPECTED = {
    MomentoErrorCode.INVALID_ARGUMENT_ERROR,
    MomentoErrorCode.NOT_FOUND_ERROR,
    MomentoErrorCode.FAILED_PRECONDITION_ERROR,
    MomentoErrorCode.LIMIT_EXCEEDED_ERROR,
}


@pytest.fixture(scope="module")
def fuzzed(local_port: int) -> Iterator[Case]:
    """A cache for everything that gets through."""
    with make_caller("sync", local_port, patient()) as caller:
        caller.call("create_cache", cache_name="fuzzed")
        yield Case(caller, "fuzzed")


def arguments_of(case: Case, operation: str, strange: dict[str, Any]) -> dict[str, Any]:
    """A good call's arguments, with strange ones in their places."""
    strange.pop("nothing", None)
    return {**case.arguments(operation, CALLS[operation]["arguments"]), **strange}


def judge(operation: str, strange: dict[str, Any], response: Any) -> None:
    assert isinstance(response, Response), (operation, strange)
    assert type(response).__qualname__.startswith(OPERATIONS[operation]["response"])
    code = getattr(response, "error_code", None)
    assert code is None or code in EXPECTED, (operation, strange, response)
    assert str(response)


_judged = {"sync": 0, "async": 0}


@SETTINGS
@given(batch=BATCHES)
def test_strange_arguments(fuzzed: Case, batch: list[tuple[str, dict[str, Any]]]) -> None:
    for operation, strange in batch:
        arguments = arguments_of(fuzzed, operation, strange)
        judge(operation, strange, fuzzed.caller.call(operation, **arguments))
        _judged["sync"] += 1


@SETTINGS
@given(batch=BATCHES)
def test_strange_arguments_in_asyncio(fuzzed: Case, local_port: int, batch: list[tuple[str, dict[str, Any]]]) -> None:
    provider = CredentialProvider.for_momento_local(port=local_port)

    async def use() -> list[Any]:
        async with CacheClientAsync(patient(), provider, DEFAULT_TTL) as client:
            calls = [
                getattr(client, operation)(**arguments_of(fuzzed, operation, strange)) for operation, strange in batch
            ]
            return await asyncio.wait_for(asyncio.gather(*calls), PATIENCE)

    for (operation, strange), response in zip(batch, asyncio.run(use())):
        judge(operation, strange, response)
        _judged["async"] += 1


def test_so_many_cases_were_judged(count_vector: dict[str, int]) -> None:
    if not all(_judged.values()):
        pytest.skip("counts what the two tests above judge, and these have not been run")
    assert sum(_judged.values()) >= CASES_IN_ALL
    for flavour, judged in _judged.items():
        count_vector[f"strange arguments, {flavour}"] = judged


@pytest.mark.parametrize("elements", [RaisingMidway(["a", "b"]), RaisingMidway([])])
def test_an_iterator_that_raises_sends_nothing(caller: Caller, cache: str, elements: Any) -> None:
    response = caller.call("list_concatenate_back", cache_name=cache, list_name="l", values=elements)
    assert isinstance(response, CacheListConcatenateBack.Error)
    assert response.error_code is MomentoErrorCode.INVALID_ARGUMENT_ERROR
    assert "StrangeError: midway" in response.message
    assert "Miss" in str(caller.call("list_fetch", cache_name=cache, list_name="l"))


def test_a_mapping_that_raises(caller: Caller, cache: str) -> None:
    response = caller.call("dictionary_set_fields", cache_name=cache, dictionary_name="d", items=RaisingMapping())
    assert isinstance(response, CacheDictionarySetFields.Error)
    assert "StrangeError: no value" in response.message


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_what_ends_more_than_a_call_is_raised(flavour: str, local_port: int, cache: str, error: type) -> None:
    def interrupted() -> Iterator[str]:
        yield "a"
        raise error

    with make_caller(flavour, local_port) as caller, pytest.raises(error):
        caller.call("list_concatenate_back", cache_name=cache, list_name="l", values=interrupted())


def test_an_iterator_without_an_end(caller: Caller, cache: str) -> None:
    endless = itertools.repeat(b"x" * 100_000)
    response = caller.call("set_add_elements", cache_name=cache, set_name="s", elements=endless)
    assert response.error_code is MomentoErrorCode.INVALID_ARGUMENT_ERROR
    assert "256 MiB" in response.message


def test_a_text_is_an_iterable_of_its_letters(caller: Caller, cache: str) -> None:
    assert "Success" in str(caller.call("set_add_elements", cache_name=cache, set_name="s", elements="abca"))
    assert caller.call("set_fetch", cache_name=cache, set_name="s").value_set_string == {"a", "b", "c"}
    response = caller.call("set_add_elements", cache_name=cache, set_name="s", elements=b"abc")
    assert "Could not convert the given type to bytes: <class 'int'>" in response.message


@pytest.mark.parametrize("make", [tuple, list, iter, set, dict.fromkeys, lambda each: (element for element in each)])
def test_any_iterable_will_do(caller: Caller, cache: str, make: Any) -> None:
    elements = make(["a", b"b"])
    assert "Success" in str(caller.call("set_add_elements", cache_name=cache, set_name="s", elements=elements))
    assert caller.call("set_fetch", cache_name=cache, set_name="s").value_set_bytes == {b"a", b"b"}


def test_a_dict_that_another_thread_changes(caller: Caller, cache: str) -> None:
    changing: dict[str, str] = {str(number): "value" for number in range(500)}
    done = threading.Event()

    def change() -> None:
        for number in itertools.count():
            changing[f"more {number % 100}"] = "value"
            changing.pop(f"more {(number + 50) % 100}", None)
            if done.is_set():
                return

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(50):
            response = caller.call("dictionary_set_fields", cache_name=cache, dictionary_name="d", items=changing)
            assert isinstance(response, CacheDictionarySetFields.Success), response
    finally:
        done.set()
        thread.join(PATIENCE)
