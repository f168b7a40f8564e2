"""Methods that are imported with their first use pass for what they are before: see momento_lambda.operations."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys
from pathlib import Path

import pytest

from momento_lambda import CacheClient, CacheClientAsync

# Each of these runs in a process in which nothing has been used yet, with what `vars` gives for `get`.
FRESH = "from momento_lambda import CacheClient, CacheClientAsync; later = vars(CacheClient)['get']; "

LOOKS = {
    "signature": "import inspect; print(inspect.signature(later))",
    "annotations": "print(later.__annotations__['cache_name'])",
    "docstring": "print(later.__doc__.splitlines()[0])",
    "name": "print(later.__name__, later.__qualname__)",
    "source": "import inspect; print(inspect.getsource(later).strip().splitlines()[0])",
    "coroutine": "import inspect; print(inspect.iscoroutinefunction(vars(CacheClientAsync)['get']))",
    "kind": "import inspect, types; print(inspect.isfunction(later), isinstance(later, types.FunctionType))",
}
SAID = {
    "signature": "(self, cache_name: 'str', key: 'str | bytes', *, decompress: 'bool | None' = None)"
    " -> 'CacheGetResponse'",
    "annotations": "str",
    "docstring": "Reads an item.",
    "name": "get CacheClient.get",
    "source": "def get(",
    "coroutine": "True",
    "kind": "True True",
}


def said(program: str) -> str:
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@pytest.mark.parametrize("look", LOOKS)
def test_a_stand_in_shows_what_the_function_does(look: str) -> None:
    assert said(FRESH + LOOKS[look]).startswith(SAID[look])


def test_nothing_stands_in_after_the_first_use() -> None:
    program = FRESH + "CacheClient.get; print(type(vars(CacheClient)['set']), type(vars(CacheClient)['list_fetch']))"
    assert said(program) == "<class 'function'> <class 'momento_lambda.operations._Later'>"


def test_a_group_is_imported_for_its_own_methods_only() -> None:
    program = (
        FRESH + "import sys; CacheClient.get; print(*sorted(name for name in sys.modules if '.operations.' in name))"
    )
    assert said(program) == "momento_lambda.operations.scalar"


def test_a_subclass_calls_the_method_that_it_overrides() -> None:
    program = (
        "from momento_lambda import CacheClient\n"
        "class Own(CacheClient):\n"
        "    def get(self, *args):\n"
        "        return super().get(*args)\n"
        "try: Own.__new__(Own).get('cache', 'key')\n"
        "except AttributeError as error: print(error)\n"
    )
    assert "_native" in said(program)


def test_a_mock_takes_its_place_and_gives_it_back() -> None:
    program = (
        FRESH + "from unittest import mock\n"
        "client = CacheClient.__new__(CacheClient)\n"
        "with mock.patch.object(CacheClient, 'get', autospec=True) as mocked:\n"
        "    client.get('cache', 'key')\n"
        "    mocked.assert_called_once_with(client, 'cache', 'key')\n"
        "    CacheClient.set\n"
        "    try: client.get()\n"
        "    except TypeError as error: print(error)\n"
        "    assert CacheClient.get is mocked\n"
        "print(CacheClient.get.__qualname__)\n"
    )
    assert said(program).splitlines() == ["missing a required argument: 'cache_name'", "CacheClient.get"]


@pytest.mark.parametrize("client", [CacheClient, CacheClientAsync])
def test_help_shows_every_method_once_with_its_docstring(client: type) -> None:
    text = pydoc.plain(pydoc.render_doc(client))
    for name, method in inspect.getmembers(client, inspect.isfunction):
        assert method.__doc__ or name.startswith("_")
        assert method.__module__.startswith("momento_lambda.")
    assert text.count("Reads an item.") == 1
    assert "_Later" not in text


FORK = """
import os, sys, threading
from momento_lambda import CacheClient

class Slow:
    # A finder that makes the import last until the fork has begun.
    def find_spec(self, name, path=None, target=None):
        if name.endswith("operations.scalar"):
            importing.set()
            begun.wait(30)

importing, begun = threading.Event(), threading.Event()
os.register_at_fork(before=begun.set)  # the last one registered runs first
sys.meta_path.insert(0, Slow())
thread = threading.Thread(target=lambda: CacheClient.get)
thread.start()
importing.wait()
child = os.fork()
if child == 0:
    CacheClient.set
    print(CacheClient.get.__name__, flush=True)
    os._exit(0)
thread.join()
os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(sys.modules["os"], "fork"), reason="this system has no fork")
def test_a_fork_waits_for_an_import(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(FORK, encoding="utf-8")
    ended = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout.strip()) == (0, "get"), ended.stderr
