"""The canary: clients that log and print all they can go through faults, and their keys are then looked for everywhere.

    .venv/bin/python tests/faults/canary.py [--client NAME ...]

Logging stands at its lowest level (Python's at 1, Node's loggers at TRACE, RUST_LOG and the debug variables of Node,
asyncio and gRPC set), and of every answer, error and client each text is printed that the language knows (repr, str,
traceback, pickle; util.inspect with everything, JSON). What was printed, the files that were written, the figures and
what the doctor says are searched for the keys, whole, in parts, and as base64, hexadecimal or lists of bytes. Ends with
1 if anything is found.

A core file is searched too where gcore (gdb) is there, but only told of: a process that sends a key must hold it.
"""

from __future__ import annotations

import argparse
import base64
import json
import mmap
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "stubs")]

from kinds import KINDS, ROOT, Kind, base_environment  # noqa: E402  the paths must come first
from lab import FAULTS  # noqa: E402
from machine import Unavailable  # noqa: E402
from scene import Scene  # noqa: E402
from start_faults import first_calls  # noqa: E402
from terms import Fault, Pace, api_key  # noqa: E402

OURS = {name: kind for name, kind in KINDS.items() if not kind.official}
NAMED = (
    *("healthy", "healthy-tls", "black-hole", "reset", "garbage", "rst-internal", "down-silent"),
    *("token-rotated", "token-rotated-store-down", "token-no-successor"),
    *("start-silent", "start-store-fails", "start-secret-malformed"),
)
CORE_OF = "token-rotated"
# What must be seen, or nothing was made to talk: Python's and Node's proof that their loggers are on.
PROOF = {"python": "the logging of Python is on", "node": "the loggers are at TRACE"}


def secret_is(make: Callable[[str], str]) -> Callable[[Scene], None]:
    """A start with a secret that is not as it should be, made from the key."""

    def run(scene: Scene) -> None:
        scene.secrets.change({"secret_string": make(scene.old_key)})
        first_calls(scene, lambda: scene.publish(scene.old_key))

    return run


STRANGE_SECRETS: dict[str, Callable[[str], str]] = {
    "key-in-the-place-of-the-endpoint": lambda key: json.dumps({"MOMENTO_API_KEY": key, "MOMENTO_ENDPOINT": key}),
    "key-as-the-host": lambda key: json.dumps({"MOMENTO_API_KEY": key, "MOMENTO_ENDPOINT": f"http://{key}:80"}),
    "key-cut-off": lambda key: key[: len(key) * 2 // 3],
    "key-with-a-line-break": lambda key: f"{key[:50]}\n{key[50:]}",
    "key-in-quotes": lambda key: json.dumps(key),
    "key-as-a-field": lambda key: json.dumps({key: key}),
    "key-in-a-list": lambda key: json.dumps({"MOMENTO_API_KEY": [key], "MOMENTO_ENDPOINT": "a.example"}),
    "v1-key-that-is-no-json": lambda key: base64.b64encode(
        f'{{"endpoint": "a.example", "api_key": "{key}'.encode()
    ).decode(),
}
SCENES = [
    *(FAULTS[name] for name in NAMED),
    *(Fault(name, name, secret_is(make), official=False) for name, make in STRANGE_SECRETS.items()),
]


def needles(key: str) -> set[bytes]:
    """The forms in which a key could stand somewhere. The first part of a JWT is the same for all and no secret."""
    parts = key.split(".")
    found = {key.encode(), *(part.encode() for part in parts[1:])}
    claims = json.loads(base64.urlsafe_b64decode(parts[2] + "=" * (-len(parts[2]) % 4)))
    found.add(str(claims["unsigned"]).rpartition("-")[2].encode())
    for text in (key, parts[2]):
        for shift in range(3):  # base64 of a longer text that holds it
            encoded = base64.b64encode(b" " * shift + text.encode())
            inner = encoded[4 if shift else 0 : -4]
            found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
        start = text.encode()[:16]
        found |= {start.hex().encode(), start.hex(" ").encode(), ", ".join(map(str, start)).encode()}
    return found


class Search:
    def __init__(self) -> None:
        self.searched: dict[str, int] = {}  # where -> bytes
        self.found: list[str] = []

    def look(self, where: str, fault: str, data: bytes, keys: Sequence[str]) -> None:
        self.searched[where] = self.searched.get(where, 0) + len(data)
        for key in keys:
            for needle in needles(key):
                if needle in data:
                    at = data.index(needle)
                    around = data[max(0, at - 80) : at].decode(errors="replace").replace("\n", " ")
                    self.found.append(f"{fault}: in {where}, after ...{around!r}")


def run(kind: Kind, fault: Fault, search: Search) -> str | None:
    """-> what a core file held, if one was made."""
    told = None
    with Scene(kind, fault.setup, Pace(quick=True), verbose=True) as scene:
        keys = [scene.old_key, scene.new_key]
        fault.run(scene)
        scene.stop_calls()
        if fault.name == CORE_OF:
            told = core(scene, keys)
        row = scene.result()
        scene.end_client()
        output = scene.program.output.encode()
        if PROOF[kind.language].encode() not in output:
            search.found.append(f"{fault.name}: the client did not talk: {output[-300:].decode(errors='replace')}")
        search.look("stdout and stderr of the client", fault.name, output, keys)
        search.look("stdout and stderr of momento-lambda-local", fault.name, scene.server.output.encode(), keys)
        search.look("figures of the lab", fault.name, json.dumps(row).encode(), keys)
        for file in sorted(scene.client_folder.rglob("*")):
            if file.is_file() and not file.name.startswith("core"):
                search.look("files that the client wrote", fault.name, file.read_bytes(), keys)
    return told


def core(scene: Scene, keys: Sequence[str]) -> str:
    tool = shutil.which("gcore")
    if tool is None:
        return "no core file: there is no gcore (gdb)"
    number = scene.program.process_id
    command = [tool, "-o", str(scene.client_folder / "core"), str(number)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    file = scene.client_folder / f"core.{number}"
    if not file.exists():
        return f"no core file: gcore said {done.stderr.strip()[-200:]}"
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
        old, new = (len(re.findall(re.escape(key.encode()), data)) for key in keys)
        size = len(data) >> 20
    file.unlink()
    return f"core file of {size} MB: the key in use {new} times, the one before {old} times"


def doctor(kind: Kind, search: Search) -> None:
    """With a key in the environment."""
    key = api_key("doctor-0123456789abcdef0123456789abcdef")
    environment = {**base_environment(), "MOMENTO_API_KEY": key, "MOMENTO_ENDPOINT": "http://127.0.0.1:9"}
    if kind.language == "python":
        command = [sys.executable, "-m", "momento_lambda"]
    else:
        folder = Path(os.environ.get("FAULTS_NODE_PATH", ROOT))
        command = [str(folder / "node_modules" / ".bin" / "momento-lambda")]
    for further in ([], ["--json"]):
        said = subprocess.run([*command, "doctor", *further], env=environment, capture_output=True, timeout=60)
        search.look("the doctor", "doctor", said.stdout + said.stderr, [key])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--client", action="append", choices=OURS, help="may be repeated; all of ours if left out")
    options = parser.parse_args(arguments)
    wrong = False
    for name in options.client or OURS:
        search = examine(OURS[name])
        wrong = wrong or bool(search.found)
    return 1 if wrong else 0


def examine(kind: Kind) -> Search:
    """One client through all scenes; prints what was searched and what was found."""
    search = Search()
    scenes = 0
    for fault in SCENES:
        try:
            told = run(kind, fault, search)
        except Unavailable as reason:
            print(f"NOT RUN: {fault.name} for {kind.name}: {reason}", file=sys.stderr)
            continue
        scenes += 1
        if told is not None:
            print(f"{kind.name}: {told}")
    doctor(kind, search)
    print(f"{kind.name}: {scenes} scenes")
    for where, size in search.searched.items():
        print(f"{kind.name}: {size:>12,} bytes searched: {where}")
    for one in search.found:
        print(f"FOUND: {kind.name}: {one}", file=sys.stderr)
    if not search.found:
        print(f"{kind.name}: no key in any of these")
    return search


if __name__ == "__main__":
    sys.exit(main())
