"""What an import costs over the bare interpreter: whole processes, from their start to their end.

Python twice. With byte code, as pip leaves it; and without, as in a zip that was made without it: Lambda's file system
is read-only, so such a function compiles every module in every cold start. The standard library has its byte code both
times.
Node twice, too: as a CommonJS module and as an ES module. Both are files, as handlers are, and the bare ones too: what
Node's loader of ES modules costs for the handler's own file is no part of an import in it.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from clients import interleaved
from lab import BENCH, NODE, PYTHON, ROOT, BenchError, Lab, Options
from row import OFFICIAL, OURS, Budget, Row

from sections.installed import unpack_npm

SECTION = "imports"
SUBJECTS = (OURS, OFFICIAL)
BUDGETS = (Budget(at_most=10),)
# What a handler that gets and sets has at its top: with ours being lazy, a bare import would look better than it is.
PYTHON_IMPORTS = {
    OURS: "from momento_lambda import CacheClient, get_momento_client\n"
    "from momento_lambda.responses import CacheGet, CacheSet",
    OFFICIAL: "import boto3\n"
    "from momento import CacheClient, Configurations, CredentialProvider\n"
    "from momento.responses import CacheGet, CacheSet",
}
NODE_IMPORTS = {
    OURS: {"momento-lambda": "getMomentoClient, CacheGet, CacheSet"},
    OFFICIAL: {
        "@aws-sdk/client-secrets-manager": "SecretsManagerClient, GetSecretValueCommand",
        "@gomomento/sdk": "CacheClient, CacheGet, CacheSet, Configurations",
    },
}
WITH, WITHOUT, REQUIRE, ESM = "Python", "Python without byte code", "Node, require", "Node, ES module"
BARE_PROGRAM = "bare"

Command = tuple[Sequence[str], Mapping[str, str]]  # and further variables


def measure(lab: Lab, options: Options) -> list[Row]:
    # A whole process varies by milliseconds; the median of forty by a few tenths.
    turns = 2 if options.quick else 8 * options.turns
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            **python_commands(),
            **python_commands_without_byte_code(Path(folder)),
            **node_commands(Path(folder)),
        }
        for command in commands.values():
            wall(lab, command)  # fills the file cache and, where it may, the byte code
        jobs: dict[tuple[str, str, str], Callable[[], float]] = {
            key: partial(wall, lab, command) for key, command in commands.items()
        }
        figures = interleaved(SECTION, jobs, turns)
    return [
        Row(
            SECTION,
            way,
            "over the bare interpreter",
            "ms",
            {
                subject: [
                    whole - bare
                    for whole, bare in zip(figures[way, subject, "import"], figures[way, subject, BARE_PROGRAM])
                ]
                for subject in SUBJECTS
            },
            BUDGETS,
        )
        for way in (WITH, WITHOUT, REQUIRE, ESM)
    ]


def plots(rows: Sequence[Row]) -> dict[str, str]:
    from plot import bars

    groups = {row.name: {subject: row.median(subject) for subject in SUBJECTS} for row in rows}
    title = "Import, over the bare interpreter (logarithmic)"
    return {"imports.svg": bars(title, "milliseconds", groups, logarithmic=True)}


def wall(lab: Lab, command: Command) -> float:
    """One fresh process; -> the milliseconds from its start to its end."""
    program, more = command
    environment = {**lab.environment, **more}
    begun = time.perf_counter()
    # No timeout: waiting with one looks in steps of up to 50 ms.
    done = subprocess.run(list(program), env=environment)
    milliseconds = (time.perf_counter() - begun) * 1000
    if done.returncode != 0:
        raise BenchError(f"{' '.join(program)} ended with {done.returncode}")
    return milliseconds


def python_commands() -> dict[tuple[str, str, str], Command]:
    return {
        (WITH, subject, what): ([PYTHON[subject], "-c", code], {})
        for subject in SUBJECTS
        for what, code in ((BARE_PROGRAM, "pass"), ("import", PYTHON_IMPORTS[subject]))
    }


def python_commands_without_byte_code(folder: Path) -> dict[tuple[str, str, str], Command]:
    commands: dict[tuple[str, str, str], Command] = {}
    for subject, environment in ((OURS, ROOT / ".venv"), (OFFICIAL, BENCH / ".venv")):
        (packages,) = environment.glob("lib/python*/site-packages")
        copy = folder / subject
        wanted = "momento_lambda*" if subject == OURS else "*"
        copy.mkdir()
        for path in packages.glob(wanted):
            if path.is_dir() and path.name != "__pycache__":
                shutil.copytree(path, copy / path.name, ignore=shutil.ignore_patterns("__pycache__"))
            elif path.suffix in (".py", ".so"):
                shutil.copy(path, copy)
        variables = {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        for what, code in ((BARE_PROGRAM, "pass"), ("import", PYTHON_IMPORTS[subject])):
            commands[WITHOUT, subject, what] = ([PYTHON[subject], "-c", code], variables)
    return commands


def node_commands(folder: Path) -> dict[tuple[str, str, str], Command]:
    """The packages are where a function has them: in node_modules beside the program, ours as npm unpacks it."""
    commands: dict[tuple[str, str, str], Command] = {}
    for subject, packages in NODE_IMPORTS.items():
        place = folder / f"node-{subject}"
        place.mkdir()
        if subject == OURS:
            unpack_npm(place)
        else:
            (place / "node_modules").symlink_to(BENCH / "node_modules")
        required = "; ".join(f"const {{ {names} }} = require('{package}')" for package, names in packages.items())
        imported = "; ".join(f"import {{ {names} }} from '{package}'" for package, names in packages.items())
        for way, suffix, code in ((REQUIRE, "cjs", required), (ESM, "mjs", imported)):
            for what, text in ((BARE_PROGRAM, "0"), ("import", code)):
                program = place / f"{what}.{suffix}"
                program.write_text(f"{text};\n")
                commands[way, subject, what] = ([NODE, str(program)], {})
    return commands
