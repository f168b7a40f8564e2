"""`python -m momento_lambda doctor` as a user runs it. What it finds is tested in the core; here: that it gets there,
exit codes, the report's form, a broken addon, and that no token shows."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import momento_lambda
from callers import v2_key
from conftest import WatchedSilentServer
from extension_stub import ExtensionStub
from modes import Behaviour
from secrets_stub import SecretsStub

PACKAGE = Path(momento_lambda.__file__).parent
CANARY = "CANARYcanaryCANARY"
KEY = v2_key(CANARY)
OTHER = {"x86_64": "arm64"}.get(platform.machine(), "x86_64")
# The whole run has 10 s; the rest is the machine's.
WITHIN = 20


def doctor(*arguments: str | bytes, folder: Path | None = None) -> tuple[int, str]:
    """Exit code and output; `folder` holds the package that is to be run."""
    environment = dict(os.environ) if folder is None else {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "momento_lambda", "doctor", *arguments],
        env=environment,
        capture_output=True,
        timeout=WITHIN,
        check=False,
    )
    output = (done.stdout + done.stderr).decode()
    for part in (CANARY, *KEY.split(".")):
        assert part not in output
    assert "Traceback" not in output
    return done.returncode, output


def report(*arguments: str, folder: Path | None = None) -> tuple[int, dict[str, Any]]:
    """Exit code, and the checks by name; the text form is asked for too and must agree."""
    code, text = doctor(*arguments, folder=folder)
    same, output = doctor(*arguments, "--json", folder=folder)
    document = json.loads(output)
    assert (same, document["ok"]) == (code, code == 0)
    assert document["language"] == "python"
    assert ("FAILED" in text) == (code == 1)
    for check in document["checks"]:
        assert set(check) == {"name", "status", "milliseconds", "message", "fix"}
        assert check["fix"] if check["status"] == "failed" else True
    return code, {check["name"]: check for check in document["checks"]}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, to be changed."""
    copy = tmp_path / "momento_lambda"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def compiled(package: Path) -> Path:
    [found] = [path for path in package.glob("_native.*") if path.suffix != ".pyi"]
    return found


def test_an_environment_where_all_is_well(environment: pytest.MonkeyPatch, local_port: int, cache: str) -> None:
    environment.setenv("MOMENTO_API_KEY", KEY)
    environment.setenv("MOMENTO_ENDPOINT", f"http://127.0.0.1:{local_port}")
    code, checks = report("--cache", cache)
    assert code == 0
    assert "python 3" in checks["addon"]["message"]
    assert str(PACKAGE) in checks["addon"]["message"]
    assert "miss" in checks["call"]["message"]
    code, checks = report("--cache", "absent")
    assert code == 1
    assert "NOT_FOUND_ERROR" in checks["call"]["message"]


@pytest.mark.parametrize(
    ("mode", "check", "part"),
    [
        ("missing", "secretsmanager:GetSecretValue", "eu-west-1 was asked"),
        ("access-denied", "secretsmanager:GetSecretValue", "allow secretsmanager:GetSecretValue on arn:"),
        ("expired-token", "secretsmanager:GetSecretValue", "expired"),
        ("silent", "secretsmanager:GetSecretValue", "VPC"),
        ("ok", "format", "MOMENTO_API_KEY"),
    ],
)
def test_a_secret_that_can_not_be_had(secrets: SecretsStub, mode: str, check: str, part: str) -> None:
    secrets.change({"mode": mode, "secret_string": json.dumps({"other": CANARY})})
    code, checks = report()
    assert code == 1
    assert [name for name, found in checks.items() if found["status"] == "failed"] == [check]
    assert part in json.dumps(checks[check])


def test_an_extension_that_refuses_for_ever(
    secrets: SecretsStub, environment: pytest.MonkeyPatch, local_port: int
) -> None:
    value = json.dumps({"MOMENTO_API_KEY": KEY, "MOMENTO_ENDPOINT": f"http://127.0.0.1:{local_port}"})
    secrets.change({"mode": "ok", "secret_string": value})
    extension = ExtensionStub(behaviour=Behaviour("bad-request"), session_token=CANARY)
    extension.start()
    try:
        for name, setting in extension.environment.items():
            environment.setenv(name, setting)
        code, checks = report("--token-source", "extension:secretsmanager:token")
    finally:
        extension.stop()
    assert code == 1
    assert "falls back" in checks["extension"]["message"]
    assert checks["secretsmanager:GetSecretValue"]["status"] == "ok"


def test_a_silent_server(environment: pytest.MonkeyPatch, silent: WatchedSilentServer) -> None:
    environment.setenv("MOMENTO_API_KEY", KEY)
    code, checks = report("--endpoint", silent.url)
    assert code == 1
    assert "TIMEOUT_ERROR" in checks["call"]["message"]


def test_arguments_that_make_no_sense() -> None:
    for arguments in (["--cach", CANARY], ["--timeout", "soon"], [KEY], ["a.zip", "b.zip"]):
        code, output = doctor(*arguments)
        assert code == 2, output
        assert "momento-lambda doctor: " in output
    code, output = doctor("--help")
    assert (code, "--architecture" in output) == (0, True)
    for words, expected in ([], 2), (["docter"], 2), (["--help"], 0):
        command = [sys.executable, "-m", "momento_lambda", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN, check=False)
        assert done.returncode == expected
        assert "usage: python -m momento_lambda doctor" in done.stdout + done.stderr


def test_this_package_in_a_zip(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "function.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(package.rglob("*")):
            archive.write(file, file.relative_to(package.parent))
    _, checks = report(str(path))
    assert [checks[name]["status"] for name in ("addon", "architecture", "layout")] == ["ok", "ok", "ok"]
    code, checks = report(str(path), "--architecture", OTHER)
    assert code == 1
    assert f"{OTHER} is wanted" in checks["architecture"]["message"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names that are not UTF-8")
def test_a_name_that_is_not_utf_8() -> None:
    code, output = doctor(b"/nowhere/\xff.zip")
    assert code == 1
    assert "/nowhere/" in output


@pytest.mark.parametrize("damage", ["removed", "emptied", "cut off", "replaced"])
def test_an_addon_that_does_not_load(package: Path, damage: str) -> None:
    library = compiled(package)
    if damage == "removed":
        library.unlink()
    elif damage == "cut off":
        library.write_bytes(library.read_bytes()[:5000])
    else:
        library.write_bytes(b"" if damage == "emptied" else b"garbage")
    code, checks = report("--cache", "cache", folder=package.parent)
    assert code == 1
    assert list(checks) == ["addon"]
    assert "pip install" in checks["addon"]["fix"]
