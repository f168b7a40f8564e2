"""Where the milliseconds of our cold start go, step by step: wall and CPU time, unthrottled and at 128 MB's CPU share.

    .venv/bin/python bench/cold_profile.py [--runs N]

Needs what `make bench-cold` installs; the share needs root. What of a step is the look-up and its TLS is told by the
columns beside it: the same with the key in a variable (no look-up), and with the secret behind TLS.
docs/performance/cold-start.md has a reading of it.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Mapping, Sequence

from lab import NODE, PROGRAMS, PYTHON, Lab
from row import OURS
from secret_lookup import tls_stub
from throttle import Unavailable, cpu_share, share_of

COMMANDS = {
    "Python": [PYTHON[OURS], str(PROGRAMS / "cold" / "steps.py")],
    "Node": [NODE, str(PROGRAMS / "cold" / "steps.cjs")],
}
SMALLEST = 128
INTERPRETER = "interpreter"  # the first step of both programs
Steps = Mapping[str, Sequence[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=40, help="fresh processes of each kind (default 40)")
    runs = parser.parse_args().runs
    with Lab() as lab, tls_stub(lab) as over_tls:
        with_key = {"MOMENTO_TOKEN_SOURCE": "env:BENCH_KEY", "MOMENTO_ENDPOINT": lab.backend.momento_url}
        for language, command in COMMANDS.items():
            lab.run(command)
            plain, no_lookup, tls = [], [], []
            for _ in range(runs):
                plain.append(steps(lab, command))
                no_lookup.append(steps(lab, command, with_key))
                tls.append(steps(lab, command, over_tls))
            show(language, plain, no_lookup, tls, throttled(lab, command, runs))


def steps(lab: Lab, command: Sequence[str], more: Mapping[str, str] | None = None) -> Steps:
    found: Steps = json.loads(lab.run(command, more))
    return found


def throttled(lab: Lab, command: Sequence[str], runs: int) -> list[Steps]:
    """Over all phases of the quota, see throttle.py."""
    try:
        with cpu_share(share_of(SMALLEST)) as group:
            return [steps(lab, group.command(command, (run + 0.5) / runs)) for run in range(runs)]
    except Unavailable as reason:
        print(f"NOT MEASURED at {SMALLEST} MB: {reason}")
        return []


def show(
    language: str, plain: Sequence[Steps], no_lookup: Sequence[Steps], tls: Sequence[Steps], small: Sequence[Steps]
) -> None:
    def median(runs: Sequence[Steps], name: str, clock: int) -> float:
        return statistics.median(run[name][clock] for run in runs)

    def mean(runs: Sequence[Steps], name: str, clock: int) -> float:
        return statistics.mean(run[name][clock] for run in runs) if runs else float("nan")

    head = ("wall", "CPU", "no look-up", "over TLS", f"wall, {SMALLEST} MB", f"CPU, {SMALLEST} MB")
    print(f"\n{language + ', ms':<34}" + "".join(f"{name:>14}" for name in head))
    totals = [0.0] * len(head)
    for name in plain[0]:
        figures = [
            median(plain, name, 0),
            median(plain, name, 1),
            median(no_lookup, name, 1),
            median(tls, name, 1),
            mean(small, name, 0),
            # The process was start_in_group.py before, whose spinning is in this, too.
            float("nan") if name == INTERPRETER else mean(small, name, 1),
        ]
        print(f"{name:<34}" + "".join(f"{figure:>14.2f}" for figure in figures), flush=True)
        if name != INTERPRETER:
            totals = [total + figure for total, figure in zip(totals, figures)]
    print(f"{'all but the interpreter':<34}" + "".join(f"{total:>14.2f}" for total in totals), flush=True)


if __name__ == "__main__":
    main()
