"""`make bench-cold`: the cold path beside the official packages, same servers, same run, fresh process each time.

What is timed is what a cold start pays: import, the look-up of the secret (moto), the connection and the first set
and get (momento-lambda-local). Each program times itself, from its first line, so that the start of the bare
interpreter, the same for both, is left out. Ours and theirs take turns, so that a busy moment hits both.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "stubs"))

from backend import Backend  # noqa: E402  the path must come first
from lambda_environment import function_environment  # noqa: E402
from processes import Programs  # noqa: E402
from runtimes import LOCAL_SERVER  # noqa: E402

SECRET = "momento/bench"
RUN_SECONDS = 60.0
COLD = ROOT / "bench" / "cold"
ROWS: Mapping[str, Sequence[Sequence[str]]] = {
    "Python": (
        [str(ROOT / ".venv" / "bin" / "python"), str(COLD / "ours.py")],
        [str(ROOT / "bench" / ".venv" / "bin" / "python"), str(COLD / "official.py")],
    ),
    "Node": (["node", str(COLD / "ours.cjs")], ["node", str(COLD / "official.cjs")]),
}


def run(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """One fresh process; -> the milliseconds it printed."""
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, timeout=RUN_SECONDS)
    if done.returncode != 0:
        raise SystemExit(f"bench: {command[-1]} failed:\n{done.stdout}{done.stderr}")
    return float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20, help="fresh processes a row (default 20)")
    runs = parser.parse_args().runs
    programs = Programs()
    # The official local providers send no token, so the server asks for none.
    backend = Backend(programs, LOCAL_SERVER, require_token=False)
    try:
        backend.start()
        backend.create_secret(SECRET, backend.secret_value())
        variables = {**backend.environment, "MOMENTO_SECRET_ID": SECRET, "HOME": str(ROOT / "target")}
        environment = function_environment(COLD, "none", variables)
        environment = {name: value for name, value in environment.items() if not name.startswith("_")}
        print(f"{'cold path, ms':<16}{'ours':>10}{'(min-max)':>18}{'official':>10}{'(min-max)':>18}{'ratio':>8}")
        for language, (ours, official) in ROWS.items():
            run(ours, environment), run(official, environment)  # fill the file cache and the byte code
            pairs = [(run(ours, environment), run(official, environment)) for _ in range(runs)]
            columns = [sorted(column) for column in zip(*pairs)]
            medians = [statistics.median(column) for column in columns]
            cells = "".join(
                f"{median:>10.1f}{f'({column[0]:.1f}-{column[-1]:.1f})':>18}"
                for median, column in zip(medians, columns)
            )
            print(f"{language:<16}{cells}{medians[1] / medians[0]:>7.1f}x", flush=True)
    finally:
        programs.end_all()
        backend.stop()


if __name__ == "__main__":
    main()
