"""`counters()`: names that the documentation explains, and figures that are true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from callers import make_caller

if TYPE_CHECKING:
    from callers import Caller

GUIDE = Path(__file__).resolve().parents[2] / "docs/counters.md"


def test_a_client_tells_what_it_did(caller: Caller, cache: str) -> None:
    before = caller.client.counters()
    assert all(count == 0 for count in before.values())
    for _ in range(3):
        caller.call("get", cache_name=cache, key="key")
    after = caller.client.counters()
    assert {name: count for name, count in after.items() if count} == {"connections": 1}


def test_a_closed_client_still_tells(flavour: str, local_port: int, cache: str) -> None:
    with make_caller(flavour, local_port) as caller:
        caller.call("get", cache_name=cache, key="key")
    assert caller.client.counters()["connections"] == 1


def test_the_guide_explains_every_name_and_no_other(caller: Caller) -> None:
    explained = re.findall(r"^\| `(\w+)` \| `(\w+)` \| .", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    names = caller.client.counters().keys()
    assert [python for python, _ in explained] == list(names)
    for python, node in explained:
        assert node == re.sub(r"_(.)", lambda match: match[1].upper(), python)
