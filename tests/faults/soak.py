"""The soak: a million calls of one client, while the proxy breaks its connection a thousand times. What stays is flat.

    .venv/bin/python tests/faults/soak.py [--calls 1000000] [--reconnects 1000] [--client NAME ...]

Resets, GOAWAYs and half-closes in turn, at even distances. Each second memory, descriptors and threads of the client
are looked at from outside, and what it has under way (asyncio tasks, Node's active resources) is asked for. Writes
samples and verdict to target/faults/soak.json, samples to soak-CLIENT.csv, the memory to soak.svg, and ends with 1 if a
call that may be repeated failed, an increment was executed twice, an acknowledged one never, or anything grew.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "stubs")]

import machine  # noqa: E402  the paths must come first
import plot  # noqa: E402
from kinds import KINDS, ROOT  # noqa: E402
from links import PATIENCE, LinkError  # noqa: E402
from scene import Scene  # noqa: E402
from terms import Pace, Setup  # noqa: E402

RESULTS = ROOT / "target" / "faults"
OURS = {name: replace(kind, program="soak") for name, kind in KINDS.items() if not kind.official}
TREATMENTS = ("reset", "goaway", "half-close")
CALLERS = 16
WRITE_EVERY = 10
WARM_UP_CALLS = 5000
WARM_UP_SHARE = 0.25  # of the samples: allocators reach their size
SAMPLE_SECONDS = 1.0
# At rest: two looks, this far apart, are no further from each other.
BASE_SECONDS, BASE_MB = 0.5, 0.1
STALLED_SECONDS = 30.0
# What a fitted line may rise over the whole run, after the warm-up.
GROWTH_MB = 3.0
FLAT = ("descriptors", "threads", "left")


class Soak:
    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.samples: list[dict[str, float]] = []
        self._begin = time.monotonic()

    def state(self) -> dict[str, Any]:
        self.scene.client.order(do="state")
        state = self.scene.client.next_event("state", PATIENCE)
        if state is None:
            raise LinkError(f"the client did not tell its state within {PATIENCE:g} s")
        return state

    def run(self, calls: int) -> None:
        """Until all are done; a sample each second."""
        goal = self.state()["done"] + calls
        self.scene.client.order(do="run", calls=calls, callers=CALLERS, write_every=WRITE_EVERY)
        moved_at, done = time.monotonic(), -1
        while done < goal:
            time.sleep(SAMPLE_SECONDS if calls > WARM_UP_CALLS else 0.1)
            state = self.state()
            if state["done"] != done:
                moved_at, done = time.monotonic(), state["done"]
            elif time.monotonic() - moved_at > STALLED_SECONDS:
                raise LinkError(f"no call ended for {STALLED_SECONDS:g} s, {done} of {goal} are done")
            if calls > WARM_UP_CALLS:
                self.samples.append(self.sample(state))

    def sample(self, state: dict[str, Any]) -> dict[str, float]:
        used = machine.resources(self.scene.program.process_id)
        seconds = round(time.monotonic() - self._begin, 1)
        # V8 makes its young generation larger as it likes, by up to 16 MB, whether connections break or not.
        young = round(state.get("young_mb", 0.0), 2)
        return {"seconds": seconds, "done": state["done"], **used, "young_mb": young, "left": state["left"]}

    def base(self) -> dict[str, float]:
        """Without a call under way: as soon as two looks in a row agree."""
        deadline = time.monotonic() + PATIENCE
        last = self.sample(self.state())
        while True:
            time.sleep(BASE_SECONDS)
            sample = self.sample(self.state())
            if agree(last, sample):
                return sample
            if time.monotonic() > deadline:
                raise LinkError(f"the client was not at rest after {PATIENCE:g} s without calls: {last}, {sample}")
            last = sample

    def rest(self, wanted: dict[str, float]) -> dict[str, float]:
        """Without a call under way: as soon as it is no more than wanted, or what it is after a while."""
        deadline = time.monotonic() + PATIENCE
        while True:
            sample = self.sample(self.state())
            if all(sample[what] <= wanted[what] for what in FLAT) or time.monotonic() > deadline:
                return sample
            time.sleep(0.1)

    def writes(self) -> dict[str, Any]:
        """How many increments were begun, and which of them failed."""
        self.scene.client.order(do="writes")
        writes = self.scene.client.next_event("writes", PATIENCE)
        if writes is None:
            raise LinkError(f"the client did not tell its writes within {PATIENCE:g} s")
        return writes


def soak(name: str, calls: int, reconnects: int) -> dict[str, Any]:
    """One client's verdict, with its samples."""
    with Scene(OURS[name], Setup(), Pace(quick=False)) as scene:
        if not scene.make():
            raise LinkError(f"{name} could not be made: {'; '.join(scene.notes)}")
        soaking = Soak(scene)
        soaking.run(WARM_UP_CALLS)
        before = soaking.base()
        scene.proxy.cycle(TREATMENTS, every=calls // (reconnects + 1), count=reconnects)
        begin = time.monotonic()
        soaking.run(calls)
        seconds = time.monotonic() - begin
        reconnected = scene.proxy.state()["cycles"]
        # So that the last one, too, is followed by calls that go well.
        soaking.run(WARM_UP_CALLS)
        after = soaking.rest(before)
        state = soaking.state()
        writes = soaking.writes()
        keys = [f"{writes['keys']}-{number}" for number in range(writes["begun"])]
        executed = scene.executed({"increment": keys}, {})
        line = [(sample["seconds"], settled_mb(sample)) for sample in soaking.samples]
        settled = line[int(len(line) * WARM_UP_SHARE) :]
        return {
            "client": name,
            "calls": calls,
            "reconnects": reconnected,
            "connections": scene.proxy.state()["connections"],
            "seconds": round(seconds, 1),
            "calls_per_s": round(calls / seconds),
            "failed": sum(state["failed"].values()),
            "codes": state["failed"],
            "writes": writes["begun"],
            "writes_failed": sum(state["write_failed"].values()),
            "write_codes": state["write_failed"],
            "twice": sum(times > 1 for times in executed.values()),
            "lost": len(lost(keys, writes["failed"], executed)),
            "slowest_ms": round(state["slowest_ms"], 1),
            "memory_mb_growth": round(plot.slope(settled) * (settled[-1][0] - settled[0][0]), 2) if settled else 0,
            "before": before,
            "after": after,
            "samples": soaking.samples,
        }


def lost(keys: Sequence[str], failed: Sequence[int], executed: Mapping[str, int]) -> set[str]:
    """Acknowledged and never executed; `failed` are places in `keys`."""
    return set(keys) - {keys[number] for number in failed} - {key for key, times in executed.items() if times}


def agree(last: Mapping[str, float], sample: Mapping[str, float]) -> bool:
    alike = all(sample[what] == last[what] for what in ("done", *FLAT))
    return alike and abs(settled_mb(sample) - settled_mb(last)) <= BASE_MB


def settled_mb(sample: Mapping[str, float]) -> float:
    return sample["memory_mb"] - sample["young_mb"]


def breaches(verdict: dict[str, Any], reconnects: int) -> list[str]:
    found = [f"{what}: {verdict[what]}" for what in ("failed", "twice", "lost") if verdict[what]]
    if verdict["reconnects"] < reconnects:
        found.append(f"{verdict['reconnects']} reconnects were forced, not {reconnects}")
    if verdict["memory_mb_growth"] > GROWTH_MB:
        found.append(f"memory grew by {verdict['memory_mb_growth']} MB, at most {GROWTH_MB:g} is allowed")
    before, after = verdict["before"], verdict["after"]
    found += [f"{what}: {before[what]} before, {after[what]} after" for what in FLAT if after[what] > before[what]]
    return found


def write(verdicts: Sequence[dict[str, Any]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "soak.json").write_text(json.dumps(verdicts, indent=1) + "\n", encoding="utf-8")
    memory = {one["client"]: [(s["done"], settled_mb(s)) for s in one["samples"]] for one in verdicts}
    title = "Memory while connections are broken (Node: without V8's young generation)"
    picture = plot.lines(title, "calls", "MB resident", memory)
    (folder / "soak.svg").write_text(picture, encoding="utf-8")
    for one in verdicts:
        with (folder / f"soak-{one['client']}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(one["after"]))
            writer.writeheader()
            writer.writerows(one["samples"])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--reconnects", type=int, default=1000)
    parser.add_argument("--client", action="append", choices=OURS, help="may be repeated; all of ours if left out")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the folder for figures and picture")
    options = parser.parse_args(arguments)
    verdicts = []
    wrong = False
    for name in options.client or OURS:
        if OURS[name].missing is not None:
            print(f"NOT RUN: {OURS[name].missing}", file=sys.stderr)
            continue
        verdict = soak(name, options.calls, options.reconnects)
        verdicts.append(verdict)
        print(json.dumps({what: value for what, value in verdict.items() if what != "samples"}), flush=True)
        for breach in breaches(verdict, options.reconnects):
            wrong = True
            print(f"NOT FLAT: {name}: {breach}", file=sys.stderr)
        write(verdicts, options.results)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
