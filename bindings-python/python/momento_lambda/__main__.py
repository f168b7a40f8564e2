"""`python -m momento_lambda doctor`: says why the package does not work here, or would not on Lambda.

The checks are in the compiled part, the same for all languages. Where that does not load, this is the finding, in a
report of the same form. A file that was cut off ends the process that loads it, without a word: so another process
tries first.
"""

from __future__ import annotations

import platform
import sys

# The word by which this command asks itself to load the compiled part and end.
TRY = "try-addon"
USAGE = "usage: python -m momento_lambda doctor [PATH] [options]; doctor --help lists the options\n"


def main(arguments: list[str]) -> int:
    """Runs the command and gives its exit code: 0 all well, 1 a check failed, 2 the arguments make no sense."""
    # A path may hold characters that the terminal can't show.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if arguments == [TRY]:
        return _loads()
    if arguments[:1] != ["doctor"]:
        asked = arguments[:1] in (["-h"], ["--help"])
        (sys.stdout if asked else sys.stderr).write(USAGE)
        return 0 if asked else 2
    try:
        _try_elsewhere()
        from momento_lambda import _native
    except ImportError as error:
        sys.stdout.write(_broken(str(error), "--json" in arguments) + "\n")
        return 1
    code, text = _native.doctor(arguments[1:], f"python {platform.python_version()}", _native.__file__)
    (sys.stderr if code == 2 else sys.stdout).write(text)
    return code


def _loads() -> int:
    from contextlib import suppress

    # What can be told is told by the process that asked.
    with suppress(ImportError):
        from momento_lambda import _native  # noqa: F401
    return 0


def _try_elsewhere() -> None:
    """Raises ImportError if loading the compiled part ends a process."""
    import subprocess

    try:
        again = [sys.executable, "-m", "momento_lambda", TRY]
        tried = subprocess.run(again, capture_output=True, timeout=5, check=False)  # noqa: S603 (our own words)
    except (OSError, subprocess.SubprocessError):  # no process to spare: then without it
        return
    if tried.returncode < 0:
        from momento_lambda.load_error import explain

        raise ImportError(explain(ImportError(f"cut off: the ELF loader was ended by signal {-tried.returncode}")))


def _broken(reason: str, as_json: bool) -> str:
    """The report where nothing else can be checked."""
    import json
    from importlib import metadata

    try:
        version = metadata.version("momento-lambda")
    except metadata.PackageNotFoundError:  # copied, not installed
        version = "unknown"
    what, _, fix = reason.partition("; ")
    if as_json:
        check = {"name": "addon", "status": "failed", "milliseconds": 0.0, "message": what, "fix": fix or reason}
        report = {"version": version, "language": "python", "kind": "environment", "ok": False, "checks": [check]}
        return json.dumps(report, indent=2)
    return (
        f"momento-lambda {version} doctor (python): environment\nFAILED   addon  {what}\n"
        f"                what to do: {fix or reason}\nFailed checks: 1."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
