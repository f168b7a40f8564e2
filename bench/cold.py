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
import time
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
# The bare interpreter, ours imported, theirs imported: whole processes.
IMPORTS: Mapping[str, Sequence[Sequence[str]]] = {
    "Python": (
        [ROWS["Python"][0][0], "-c", "pass"],
        [ROWS["Python"][0][0], "-c", "from momento_lambda import get_momento_client"],
        [ROWS["Python"][1][0], "-c", "import boto3, momento"],
    ),
    "Node": (
        ["node", "-e", "0"],
        ["node", "-e", "require('momento-lambda')"],
        ["node", "-e", "require('@aws-sdk/client-secrets-manager'), require('@gomomento/sdk')"],
    ),
}


def run(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """One fresh process; -> the milliseconds it printed."""
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, timeout=RUN_SECONDS)
    if done.returncode != 0:
        raise SystemExit(f"bench: {command[-1]} failed:\n{done.stdout}{done.stderr}")
    return float(done.stdout)


def wall(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """One fresh process; -> the milliseconds from its start to its end."""
    begun = time.perf_counter()
    # No timeout: waiting with one looks in steps of up to 50 ms.
    subprocess.run(command, env=dict(environment), cwd=ROOT / "bench", check=True)
    return (time.perf_counter() - begun) * 1000


def imports(runs: int, environment: Mapping[str, str]) -> None:
    print(f"\n{'import, ms over the bare interpreter':<38}{'ours':>8}{'official':>10}{'ratio':>8}")
    for language, commands in IMPORTS.items():
        rounds = [[wall(command, environment) for command in commands] for _ in range(runs + 1)][1:]
        bare, ours, official = (statistics.median(column) for column in zip(*rounds))
        ratio = (official - bare) / max(ours - bare, 0.001)
        print(f"{language:<38}{ours - bare:>8.1f}{official - bare:>10.1f}{ratio:>7.1f}x", flush=True)


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
        imports(runs, environment)
    finally:
        programs.end_all()
        backend.stop()


if __name__ == "__main__":
    main()
