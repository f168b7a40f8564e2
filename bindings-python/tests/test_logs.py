"""The logger `momentosdk` and the level TRACE: there for programs that log, free for those that don't."""

from __future__ import annotations

import subprocess
import sys

from callers import local_client
from momento_lambda import logs


def python(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout


def test_a_program_that_logs_has_the_level_trace() -> None:
    program = (
        "import logging; from momento_lambda import CacheClient; "
        "logging.getLogger('momentosdk').setLevel('TRACE'); print(logging.TRACE, logging.getLevelName(5)); "
        "logging.getLogger('x').trace('not shown'); logging.trace('not shown')"
    )
    assert python(program) == "5 TRACE\n"


def test_the_module_can_be_asked_for_alone() -> None:
    assert python("from momento_lambda import logs; import logging; print(logs.TRACE, logging.TRACE)") == "5 5\n"


def test_a_level_of_another_library_stays() -> None:
    program = "import logging; logging.TRACE = 7; from momento_lambda import CacheClient; print(logging.TRACE)"
    assert python(program) == "7\n"


def test_a_program_that_does_not_log_does_not_pay() -> None:
    assert python("import sys; from momento_lambda import CacheClient; print('logging' in sys.modules)") == "False\n"


def test_adding_a_level_twice_warns() -> None:
    import pytest

    with pytest.warns(UserWarning, match="already defined"):
        assert not logs.add_logging_level("TRACE", logs.TRACE)


def test_failures_are_logged(local_port: int, caplog: object) -> None:
    import logging

    import pytest

    assert isinstance(caplog, pytest.LogCaptureFixture)
    with local_client(local_port) as client, caplog.at_level(logging.WARNING, logger="momentosdk"):
        client.get("there-is-none", "key")
        client.get("", "key")
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert "CacheGet failed with exception: NotFoundException(" in caplog.records[0].getMessage()
