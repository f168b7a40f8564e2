"""A function's folder with its packages, for the function's architecture and not for this machine's.

PythonFunction always runs Docker, and NodejsFunction's bundler can't take a compiled addon into its one file. Here pip
or npm install on this machine, told for which platform; only where that fails, CDK does the same in Docker.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk.aws_lambda import AssetCode, Code, Runtime, RuntimeFamily

WHEEL_PLATFORM = {"arm64": "manylinux2014_aarch64", "x86_64": "manylinux2014_x86_64"}
NPM_CPU = {"arm64": "arm64", "x86_64": "x64"}
NOT_CODE = ("node_modules", "__pycache__")


def pip_install(runtime: Runtime, architecture: str) -> list[str]:
    version = runtime.name.removeprefix("python")
    # Compiled files would carry times, and the hash of the asset would be another each time.
    target = [
        "--no-compile",
        f"--platform={WHEEL_PLATFORM[architecture]}",
        f"--python-version={version}",
        "--only-binary=:all:",
    ]
    return ["python3", "-m", "pip", "install", "--requirement=requirements.txt", "--target=.", *target]


def npm_install(architecture: str) -> list[str]:
    return ["npm", "install", "--omit=dev", "--os=linux", "--libc=glibc", f"--cpu={NPM_CPU[architecture]}"]


@jsii.implements(ILocalBundling)
class OnThisMachine:
    def __init__(self, folder: Path, install: list[str]) -> None:
        self._folder = folder
        self._install = install

    def try_bundle(self, output_dir: str, *, image: DockerImage, **_options: object) -> bool:
        shutil.copytree(self._folder, output_dir, ignore=shutil.ignore_patterns(*NOT_CODE), dirs_exist_ok=True)
        try:
            # Standard output belongs to the conversation between this program and CDK.
            subprocess.run(self._install, cwd=output_dir, stdout=sys.stderr, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{self._folder}: not bundled on this machine, so Docker is tried. {error}", file=sys.stderr)
            return False
        return True


def bundled_code(folder: Path, runtime: Runtime, architecture: str) -> AssetCode:
    is_python = runtime.family == RuntimeFamily.PYTHON
    install = pip_install(runtime, architecture) if is_python else npm_install(architecture)
    clutter = " ".join(NOT_CODE)
    return Code.from_asset(
        str(folder),
        # Of the source alone the hash would stay the same when the architecture changes, and so would the packages. For
        # the same reason nothing is excluded by the option `exclude`: it would take node_modules out of the hash.
        asset_hash_type=AssetHashType.OUTPUT,
        bundling=BundlingOptions(
            local=OnThisMachine(folder, install),
            image=runtime.bundling_image,
            command=[
                "sh",
                "-c",
                f"cp -r . /asset-output && cd /asset-output && rm -rf {clutter} && {' '.join(install)}",
            ],
        ),
    )
