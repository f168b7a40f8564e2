"""The npm packages of momento-lambda-local, installed and used as users do: npx, the functions, node:test."""

from __future__ import annotations

import os
import re
import shutil
import signal
from pathlib import Path

import elf_maker
import pytest
from installing import clean_environment, run
from processes import LISTENING, Program, Programs
from watching import SECONDS, Watched

SERVER = r"server: (\d+) (\d+)"
HELD = """
import { test } from 'node:test';
import { localMomento } from 'momento-lambda-local';

test('that is held', async t => {
  const momento = await localMomento(t, { caches: ['cache'] });
  process.stderr.write(`server: ${momento.port} ${momento.processId}\\n`);
  await new Promise(resolve => setTimeout(resolve, 600_000));
});
"""


def hold(programs: Programs, folder: Path) -> tuple[Program, int, int]:
    """A test in its middle, its server's port and process."""
    (folder / "held.mjs").write_text(HELD)
    run = programs.start("node", ["node", "held.mjs"], environment=clean_environment({}), directory=folder)
    port, process_id = run.wait_for_line(SERVER, SECONDS).groups()
    return run, int(port), int(process_id)


def script(folder: Path, code: str, status: int = 0, **variables: str) -> str:
    """Runs an ES module that knows `startLocalMomento`."""
    head = "import { startLocalMomento } from 'momento-lambda-local';\n"
    return run("node", "--input-type=module", "--eval", head + code, folder=folder, status=status, variables=variables)


def test_the_examples(node_project: Path) -> None:
    said = run("node", "--test", folder=node_project)
    assert re.search(r"^\S+ pass 3$", said, re.MULTILINE) and re.search(r"^\S+ fail 0$", said, re.MULTILINE), said


def test_a_server_does_not_keep_its_process(node_project: Path) -> None:
    said = script(node_project, "const m = await startLocalMomento(); await m.reset(); console.log(m.processId);")
    # It may still be ending: the pipe that tells it closes with the process that has just ended.
    if Path(f"/proc/{said.strip()}").exists():
        with Watched(int(said)) as server:
            server.wait_for_end()


def test_stopped_it_is_gone_and_may_be_stopped_again(node_project: Path) -> None:
    said = script(
        node_project, "const m = await startLocalMomento(); await m.stop(); await m.stop(); console.log(m.processId);"
    )
    assert not Path(f"/proc/{said.strip()}").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_a_run_that_is_ended_leaves_no_server(number: signal.Signals, programs: Programs, node_project: Path) -> None:
    held, _, process_id = hold(programs, node_project)
    with Watched(process_id) as server:
        assert server.alive()
        # As a terminal sends it: to the whole group.
        os.killpg(held.process_id, number)
        held.wait_for_end(SECONDS)
        server.wait_for_end()


def test_two_runs_at_a_time_have_a_server_each(programs: Programs, node_project: Path) -> None:
    (_, first, _), (_, second, _) = hold(programs, node_project), hold(programs, node_project)
    assert first != second


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_the_command_passes_signals_and_the_status(
    number: signal.Signals, programs: Programs, node_project: Path
) -> None:
    program = programs.start(
        "npx",
        [str(node_project / "node_modules" / ".bin" / "momento-lambda-local"), "--port", "0"],
        environment=clean_environment({}),
        directory=node_project,
    )
    program.wait_for_line(LISTENING, SECONDS)
    program.send_signal(number)
    assert program.wait_for_end(SECONDS) == 0
    said = run("npx", "--offline", "momento-lambda-local", "--port", "none", folder=node_project, status=2)
    assert "--port cannot be `none`" in said


def test_npx_that_is_killed_leaves_no_server(programs: Programs, node_project: Path) -> None:
    program = programs.start(
        "npx",
        [str(node_project / "node_modules" / ".bin" / "momento-lambda-local"), "--port", "0"],
        environment=clean_environment({}),
        directory=node_project,
    )
    program.wait_for_line(LISTENING, SECONDS)
    children = Path(f"/proc/{program.process_id}/task/{program.process_id}/children").read_text().split()
    assert len(children) == 1
    with Watched(int(children[0])) as server:
        program.send_signal(signal.SIGKILL)
        server.wait_for_end()


def test_a_missing_program_is_told_of_with_the_way_out(node_project: Path, tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    shutil.copytree(node_project / "node_modules" / "momento-lambda-local", modules / "momento-lambda-local")
    expected = (
        r"the program momento-lambda-local for linux-\w+ is missing from this installation; "
        r"install it for this machine: npm install --os=linux --cpu=\w+ --libc=glibc "
        r"momento-lambda-local, without --omit=optional\."
    )
    assert re.search(expected, script(tmp_path, "await startLocalMomento();", status=1))
    said = run("node", modules / "momento-lambda-local" / "bin.js", folder=tmp_path, status=1)
    assert re.fullmatch(f"momento-lambda-local: {expected}\n", said)


def test_a_program_for_another_machine_is_told_of_with_the_way_out(node_project: Path, tmp_path: Path) -> None:
    program = tmp_path / "program"
    other = elf_maker.AARCH64 if os.uname().machine == "x86_64" else elf_maker.X86_64
    program.write_bytes(elf_maker.library(machine=other))
    program.chmod(0o755)
    said = script(node_project, "await startLocalMomento();", status=1, MOMENTO_LAMBDA_LOCAL=str(program))
    assert re.search(rf"{program} is built for linux-\w+, and this Node runs on linux-\w+; install it for this", said)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("{ caches: 'one' }", "caches must be an array of names."),
        ("{ caches: [' '] }", "--cache must not be empty"),
        ("{ port: 70000 }", "--port cannot be `70000`: give a number from 0 to 65535"),
        ("{ latencyMillis: -1 }", "--latency-ms cannot be `-1`: give a whole number of milliseconds"),
        ("{ program: 'nowhere' }", "program is nowhere, which is no file; give the path of momento-lambda-local"),
    ],
)
def test_a_wrong_option_is_named(options: str, complaint: str, node_project: Path) -> None:
    assert complaint in script(node_project, f"await startLocalMomento({options});", status=1)
