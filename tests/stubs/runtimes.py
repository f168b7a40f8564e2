"""Which program plays the Lambda runtime in each language, and what `make build` must have left before.

Choice: AWS's own runtime client where it is installed. The client for Node is compiled at installation, so it
is often missing; then a plain loop in the demo's folder does the same, and `client` says so in capitals.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL_SERVER = ROOT / ".venv" / "bin" / "momento-lambda-local"
LAMBDA_CACHE = ROOT / "target" / "lambda"
NODE_CLIENT_PLACES = (LAMBDA_CACHE / "node-client" / "node_modules", ROOT / "node_modules")
# Where tests/lambda/install_node_client says why it could not install the client.
NODE_CLIENT_REASON = LAMBDA_CACHE / "node-client-missing.txt"
OLDEST_NODE = 18


@dataclass(frozen=True)
class Runtime:
    """`command` wants the handler as one more argument, and the function's folder as working directory."""

    language: str
    client: str
    command: tuple[str, ...]
    official: bool


def python_runtime() -> Runtime:
    if importlib.util.find_spec("awslambdaric") is None:
        client = "demo/runtime_loop.py, NOT AWS's client: awslambdaric is not installed in this Python"
        return Runtime("Python", client, (sys.executable, str(ROOT / "demo" / "runtime_loop.py")), official=False)
    client = f"AWS's awslambdaric {importlib.metadata.version('awslambdaric')}"
    return Runtime("Python", client, (sys.executable, "-m", "awslambdaric"), official=True)


def node_runtime() -> Runtime:
    program = shutil.which("node") or "node"
    package = _find_node_client()
    if package is None:
        client = f"demo/runtime_loop.mjs, NOT AWS's client: {_why_no_node_client()}"
        return Runtime("Node", client, (program, str(ROOT / "demo" / "runtime_loop.mjs")), official=False)
    description = json.loads((package / "package.json").read_text(encoding="utf-8"))
    command = (program, str(package / description["bin"]["aws-lambda-ric"]))
    return Runtime("Node", f"AWS's aws-lambda-ric {description['version']}", command, official=True)


def _find_node_client() -> Path | None:
    """The folder of an installed and compiled aws-lambda-ric."""
    for place in NODE_CLIENT_PLACES:
        package = place / "aws-lambda-ric"
        if (package / "package.json").is_file() and any(package.glob("**/rapid-client.node")):
            return package
    return None


def _why_no_node_client() -> str:
    try:
        return NODE_CLIENT_REASON.read_text(encoding="utf-8").strip()
    except OSError:
        return "aws-lambda-ric is not installed (tests/lambda/install_node_client does it)"


def missing_parts() -> list[str]:
    """A sentence for each thing that running the functions can't do without."""
    missing = []
    if not LOCAL_SERVER.is_file():
        missing.append(f"{LOCAL_SERVER.relative_to(ROOT)} is missing: run `make build` first.")
    if importlib.util.find_spec("momento_lambda") is None:
        missing.append("momento_lambda is not installed in this Python: run `make build` first.")
    if importlib.util.find_spec("moto") is None:
        missing.append("moto is missing: run `.venv/bin/pip install --only-binary=:all: -r demo/requirements.txt`.")
    if not _node_package_is_built():
        missing.append("node_modules/momento-lambda is missing or not built: run `make build` first.")
    version = _node_version()
    if version is None:
        missing.append(f"node is missing: Node {OLDEST_NODE} or newer is needed.")
    elif version < OLDEST_NODE:
        missing.append(f"node is version {version}: Node {OLDEST_NODE} or newer is needed.")
    return missing


def _node_package_is_built() -> bool:
    package = ROOT / "node_modules" / "momento-lambda"
    try:
        main = str(json.loads((package / "package.json").read_text(encoding="utf-8"))["main"])
    except OSError:
        return False
    return (package / main).is_file()


def _node_version() -> int | None:
    program = shutil.which("node")
    if program is None:
        return None
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.strip().lstrip("v").split(".")[0]
    return int(major) if major.isdigit() else None
