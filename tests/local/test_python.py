"""The wheel of momento-lambda-local, installed and used as users do: the program, the module, pytest's fixtures."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import elf_maker
import pytest
from installing import ROOT, clean_environment, run
from processes import Program, Programs
from watching import SECONDS, Watched

PYTEST = ("-m", "pytest", "-q", "-s", "-p", "no:cacheprovider")
HELD = """
import signal

def test_that_is_held(momento_local, momento_cache):
    print(f"server: {momento_local.port} {momento_local.process_id}", flush=True)
    signal.pause()
"""
SERVER = r"server: (\d+) (\d+)"


def hold(programs: Programs, python: Path, folder: Path) -> tuple[Program, int, int]:
    """A run of pytest in the middle of a test, its server's port and process."""
    folder.mkdir()
    (folder / "test_held.py").write_text(HELD)
    run = programs.start("pytest", [str(python), *PYTEST], environment=clean_environment({}), directory=folder)
    port, process_id = run.wait_for_line(SERVER, SECONDS).groups()
    return run, int(port), int(process_id)


def test_the_examples(python: Path, project: Path) -> None:
    assert "2 passed" in run(python, *PYTEST, folder=project)


def test_the_examples_have_types(python: Path, project: Path) -> None:
    """With the checker of this repository, and the packages as they are installed."""
    if subprocess.run([sys.executable, "-m", "mypy", "--version"], capture_output=True, check=False).returncode != 0:
        pytest.skip("mypy is not installed; make test does it")
    run(sys.executable, "-m", "mypy", "--strict", "--python-executable", python, "test_app.py", folder=project)


def test_the_program_is_beside_the_interpreter(python: Path, tmp_path: Path) -> None:
    assert run(python.with_name("momento-lambda-local"), "--version", folder=tmp_path).startswith(
        "momento-lambda-local "
    )


def test_without_pytest_the_module_needs_nothing(python: Path, tmp_path: Path) -> None:
    program = (
        "import sys, momento_lambda_local\n"
        "with momento_lambda_local.start(caches=['one', 'two'], require_key=True) as momento:\n"
        "    assert momento.endpoint == f'http://{momento.host}:{momento.port}'\n"
        "    assert momento.api_key not in repr(momento)\n"
        "    momento.reset()\n"
        "momento.stop()\n"
        "assert 'pytest' not in sys.modules\n"
    )
    # With the resources that are left open as errors.
    assert run(python, "-X", "dev", "-W", "error", "-c", program, folder=tmp_path) == ""


def test_the_key_is_asked_for_where_that_was_wished(python: Path, tmp_path: Path) -> None:
    program = (
        "import datetime, os, momento_lambda, momento_lambda_local\n"
        "with momento_lambda_local.start(caches=['one'], require_key=True) as momento:\n"
        "    os.environ.update(momento.environment)\n"
        "    print(momento_lambda.get_momento_client().get('one', 'key'))\n"
        "    local = momento_lambda.CredentialProvider.for_momento_local(port=momento.port)\n"
        "    settings = momento_lambda.Configurations.Lambda.latest(), local, datetime.timedelta(seconds=60)\n"
        "    client = momento_lambda.CacheClient(*settings)\n"
        "    print(client.get('one', 'key').error_code.name)\n"
    )
    said = run(python, "-c", program, folder=tmp_path, variables={"MOMENTO_SECRET_ID": "one-that-must-not-be-asked"})
    assert said == "CacheGet.Miss()\nAUTHENTICATION_ERROR\n"


def test_a_run_that_fails_leaves_no_server(programs: Programs, python: Path, tmp_path: Path) -> None:
    (tmp_path / "test_failing.py").write_text(HELD.replace("signal.pause()", "assert False, 'on purpose'"))
    said = run(python, *PYTEST, folder=tmp_path, status=1)
    found = re.search(SERVER, said)
    assert found and "1 failed" in said, said
    assert not Path(f"/proc/{found[2]}").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_a_run_that_is_ended_leaves_no_server(
    number: signal.Signals, programs: Programs, python: Path, tmp_path: Path
) -> None:
    held, _, process_id = hold(programs, python, tmp_path / "run")
    with Watched(process_id) as server:
        assert server.alive()
        # As a terminal sends it: to the whole group.
        os.killpg(held.process_id, number)
        held.wait_for_end(SECONDS)
        server.wait_for_end()


def test_two_runs_at_a_time_have_a_server_each(programs: Programs, python: Path, tmp_path: Path) -> None:
    first = hold(programs, python, tmp_path / "first")
    second = hold(programs, python, tmp_path / "second")
    assert first[1] != second[1]
    for held, _, process_id in (first, second):
        with Watched(process_id) as server:
            held.send_signal(signal.SIGINT)
            held.wait_for_end(SECONDS)
            server.wait_for_end()


def failure(python: Path, folder: Path, **variables: str) -> str:
    """The last line of what a program says that can't start a server."""
    said = run(
        python, "-c", "import momento_lambda_local as m; m.start()", folder=folder, status=1, variables=variables
    )
    return said.splitlines()[-1]


def test_a_missing_program_is_told_of_with_the_way_out(python: Path, tmp_path: Path) -> None:
    # The module alone, as from an installation that was copied in part.
    (module,) = python.parents[1].glob("lib/python*/site-packages/momento_lambda_local")
    shutil.copytree(module, tmp_path / "momento_lambda_local")
    code = "import sys; sys.path.insert(0, '.'); import momento_lambda_local as m; m.start()"
    said = run(python, "-S", "-c", code, folder=tmp_path, status=1, variables={"PATH": str(tmp_path)}).splitlines()[-1]
    assert said == (
        "momento_lambda_local.program.NoProgramError: "
        "the program momento-lambda-local is missing from this installation; "
        "install it on this machine: pip install --force-reinstall momento-lambda-local."
    )
    said = failure(python, tmp_path, MOMENTO_LAMBDA_LOCAL="nowhere")
    assert said.endswith(
        "MOMENTO_LAMBDA_LOCAL is nowhere, which is no file; give the path of momento-lambda-local, or leave it out."
    )


def test_a_program_for_another_machine_is_told_of_with_the_way_out(python: Path, tmp_path: Path) -> None:
    program = tmp_path / "momento-lambda-local"
    program.write_bytes(elf_maker.library(machine=elf_maker.AARCH64))
    program.chmod(0o755)
    said = failure(python, tmp_path, MOMENTO_LAMBDA_LOCAL=str(program))
    assert f"{program} is not built for this machine (Linux " in said
    assert said.endswith("install it on this machine: pip install --force-reinstall momento-lambda-local.")


@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        ("caches='one'", "TypeError: caches must be a list of names, not one string; write ['one']."),
        ("caches=[' ']", "--cache must not be empty"),
        ("port=70000", "--port cannot be `70000`: give a number from 0 to 65535"),
        ("latency_ms=-1", "--latency-ms cannot be `-1`: give a whole number of milliseconds"),
    ],
)
def test_a_wrong_argument_is_named(argument: str, complaint: str, python: Path, tmp_path: Path) -> None:
    code = f"import momento_lambda_local as m; m.start({argument})"
    said = run(python, "-X", "dev", "-W", "error", "-c", code, folder=tmp_path, status=1)
    assert said.endswith(f"{complaint}\n"), said
    assert "Exception ignored" not in said


def test_the_readme_shows_the_examples_as_they_are() -> None:
    readme = (ROOT / "local" / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"<!-- (tests/local/examples/\S+) -->\n```\w+\n(.*?)```", readme, re.DOTALL)
    assert len(shown) == 3
    for path, code in shown:
        assert code == (ROOT / path).read_text(encoding="utf-8"), path
