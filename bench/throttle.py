"""The CPU share of a small function: a cgroup with a CPU quota, and processes started in it.

Lambda gives a function CPU by its memory: 1,769 MB is one vCPU, 128 MB 7.2 % of one. Linux does that with a quota: so
much CPU time in each period of 100 ms, then nothing until the next. A path that needs 6 ms of CPU therefore takes 6 ms
if the period is fresh, and 100 ms if the quota is nearly used up.

Problem: in a new or idle cgroup the first quota is whole, and what runs first looks better than it is. Choice: the
process begins in the middle of things. `programs/cold/start_in_group.py` joins the group, spins until the kernel has
stopped it once, so that it stands at the start of a period, spins on through a given part of the quota (`phase`), and
only then becomes the program. Phases spread evenly over the quota make the mean what a busy function sees: CPU time /
share.

On AWS itself INIT is not throttled (the first 10 s); what is connected in the first call is.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
START_IN_GROUP = Path(__file__).resolve().parent / "programs" / "cold" / "start_in_group.py"
PERIOD = 100_000  # us
FULL_CORE_MEMORY = 1769  # MB
REMOVAL_SECONDS = 5.0


class Unavailable(Exception):
    """This machine can't throttle; the text says why."""


def share_of(memory: int) -> float:
    """Of one core, for a function of `memory` MB."""
    return memory / FULL_CORE_MEMORY


@dataclasses.dataclass(frozen=True)
class Group:
    """A cgroup with a quota. `quota` in microseconds of CPU time in each period."""

    members: Path
    quota: int

    def command(self, program: Sequence[str], phase: float, mark: Path | None = None) -> list[str]:
        """Runs `program` in the group, with the part `phase` (0 to 1) of a period's quota used up already. `mark`: a
        file for the `time.monotonic_ns()` of the moment when the program was started."""
        spin = round(self.quota * phase) if self.quota < PERIOD else -1
        return start_command(program, self.members, spin, mark)


def start_command(program: Sequence[str], members: Path | None, spin: int, mark: Path | None) -> list[str]:
    """`members` None: in no group, to have the mark alone. `spin` -1: not at all."""
    arguments = [str(members or "-"), str(spin), str(mark or "-")]
    return [sys.executable, "-I", "-S", str(START_IN_GROUP), *arguments, *program]


@contextlib.contextmanager
def cpu_share(share: float) -> Iterator[Group]:
    """A group that gets `share` of one core. Needs root."""
    quota = round(PERIOD * share)
    folder = _new_group()
    try:
        version_1 = (folder / "cpu.cfs_quota_us").exists()
        try:
            if version_1:
                (folder / "cpu.cfs_period_us").write_text(str(PERIOD))
                (folder / "cpu.cfs_quota_us").write_text(str(quota))
            else:
                (folder / "cpu.max").write_text(f"{quota} {PERIOD}")
        except OSError as error:
            raise Unavailable(f"{folder} takes no CPU quota: {error}") from None
        yield Group(folder / "cgroup.procs", quota)
    finally:
        _remove(folder)


def _new_group() -> Path:
    """Version 1 where its cpu controller is mounted, else version 2."""
    name = f"momento-bench-{os.getpid()}"
    reasons = []
    for mount in (CGROUPS / "cpu", CGROUPS):
        is_version_1 = (mount / "cpu.cfs_quota_us").exists() or (mount / "cpu.cfs_period_us").exists()
        controllers = mount / "cgroup.controllers"
        if not is_version_1 and not controllers.exists():
            continue
        try:
            if not is_version_1:
                if "cpu" not in controllers.read_text().split():
                    reasons.append(f"{mount} has no cpu controller")
                    continue
                (mount / "cgroup.subtree_control").write_text("+cpu")
            (mount / name).mkdir(exist_ok=True)
        except OSError as error:
            reasons.append(f"{mount}: {error.strerror}")
            continue
        return mount / name
    raise Unavailable(
        f"no cgroup with a CPU quota may be made under {CGROUPS} (root, Linux): {'; '.join(reasons) or 'none mounted'}"
    )


def _remove(folder: Path) -> None:
    """Once its last process is gone, which may be a moment after it was waited for."""
    deadline = time.monotonic() + REMOVAL_SECONDS
    while True:
        try:
            folder.rmdir()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
