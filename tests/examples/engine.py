"""A Docker engine of the tests' own, and images as folders.

Problem: a machine's engine, if there is one, is not ours to fill, and no base image can be pulled. Choice: dockerd with
data and socket in a folder of the test, without a network of its own; the base is imported from a root file system.
Running an image means to export it and to change root into it, so that the emulator of the other tests starts it.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from processes import Programs
from runtimes import LAMBDA_CACHE, Runtime
from workspace import TOOLS

BASE = TOOLS / "container-base.tar"
START_SECONDS = 60.0
BUILD_SECONDS = 300
# What AWS's images set.
SETTINGS = ("ENV LAMBDA_TASK_ROOT=/var/task", "ENV PYTHONPATH=/var/runtime", "WORKDIR /var/task")
PYTHON = ("python3", "-m", "awslambdaric")
NODE = ("node", "/var/runtime/node_modules/aws-lambda-ric/bin/index.mjs")


def why_not() -> list[str]:
    if sys.platform != "linux" or os.geteuid() != 0:
        return ["containers need root on Linux"]
    programs = [name for name in ("docker", "dockerd", "debootstrap") if shutil.which(name) is None]
    if programs:
        return [f"containers need {', '.join(programs)}, which is not installed"]
    if not (LAMBDA_CACHE / "node-client" / "node_modules").is_dir():
        return ["AWS's runtime client for Node is missing: run tests/lambda/install_node_client"]
    return []


class Engine:
    def __init__(self, programs: Programs, folder: Path) -> None:
        self._socket = f"unix://{folder}/docker.sock"
        places = ["--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec", "--pidfile", f"{folder}/pid"]
        network = ["--bridge=none", "--iptables=false", "--ip6tables=false"]
        engine = programs.start("dockerd", ["dockerd", *places, "--host", self._socket, *network])
        engine.wait_for_line("API listen on", START_SECONDS)

    def run(self, *arguments: str | Path) -> str:
        done = subprocess.run(
            ["docker", *map(str, arguments)],
            env={**os.environ, "DOCKER_HOST": self._socket},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=BUILD_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"docker {arguments} ended with {done.returncode}:\n{done.stdout[-4000:]}"
        return done.stdout

    def import_base(self, name: str) -> None:
        changes = [word for setting in SETTINGS for word in ("--change", setting)]
        self.run("import", *changes, BASE, name)

    def build(self, name: str, dockerfile: Path, context: Path, *arguments: str) -> None:
        given = [word for argument in arguments for word in ("--build-arg", argument)]
        self.run("build", "--network=host", "--tag", name, *given, "--file", dockerfile, context)

    def settings(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("image", "inspect", name))[0]
        return found

    def export(self, name: str, folder: Path) -> Path:
        """The image's root file system."""
        container = self.run("create", name).strip().splitlines()[-1]
        archive = folder / "root.tar"
        self.run("export", "--output", archive, container)
        subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
        archive.unlink()
        return folder


def remove(folder: Path) -> None:
    """The folder of an engine that has ended; it leaves mounts behind, and some hundred megabytes."""
    places = [line.split()[1] for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]
    for place in reversed(places):
        if place.startswith(f"{folder}/"):
            subprocess.run(["umount", place], check=True)
    shutil.rmtree(folder)


def runtime_inside(root: Path, working_directory: str, client: tuple[str, ...]) -> Runtime:
    """AWS's runtime client that is in the image, started with the image's root as its root."""
    enter = ("chroot", str(root), "/bin/sh", "-c", f'cd {working_directory} && exec "$@"', "sh")
    return Runtime(client[0], "AWS's client inside the image", (*enter, *client), official=True)


def machine_of(settings: dict[str, Any]) -> str:
    return {"amd64": "x86_64", "arm64": "arm64"}.get(settings["Architecture"], platform.machine())
