"""The cold path in a fresh process: import, the secret from moto, connection, first set and get.

Each program times itself from its first line, so that the start of the bare interpreter, the same for both, is left
out. Three ways: as fast as the machine goes; at the CPU share of small functions, interpreter included (throttle.py
says how); and as a function's first call under AWS's runtime clients (cold_function.py). The last rows are the CPU of
the look-up alone (secret_lookup.py). The servers are never throttled.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from clients import interleaved
from cold_function import client_name, first_call, why_not
from lab import NODE, PROGRAMS, PYTHON, Lab, Options
from row import OFFICIAL, OURS, Budget, Row
from secret_lookup import tls_stub
from throttle import Group, Unavailable, cpu_share, share_of

SECTION = "cold"
LANGUAGES = ("Python", "Node")
SUBJECTS = (OURS, OFFICIAL)
SMALLEST = 128
MEMORIES = (SMALLEST, 512, 1769)
# Of one turn, for ours: with a quota of 7 ms a path of 8 ms takes one pause or two. Theirs takes 50, all alike.
PHASES = 8
AGAINST_OFFICIAL = {
    "Python": (Budget(at_most=1 / 25, of=OFFICIAL),),
    "Node": (Budget(at_most=1 / 12, of=OFFICIAL),),
}
THROTTLED = {"Python": (Budget(at_most=120),), "Node": (Budget(at_most=200),)}
LOOKUP = (Budget(at_most=2),)

Key = tuple[str, str]  # language, subject
Run = Callable[[float], float]  # the phase of the quota -> ms
Figures = Mapping[Key, Sequence[float]]


def measure(lab: Lab, options: Options) -> list[Row]:
    # They are quick, and the machine is not steady; at 7 % of a core the official packages take 5 s and more each time.
    many, few = (1, 1) if options.quick else (4 * options.turns, max(options.turns * 3 // 5, 1))
    return [
        *unthrottled(lab, many),
        *(row for memory in MEMORIES for row in throttled(lab, memory, few, options.quick)),
        *functions(lab, many // 2 or 1),
        *(row for memory in MEMORIES for row in throttled_functions(lab, memory, few, options.quick)),
        *lookups(lab, many),
    ]


def plots(rows: Sequence[Row]) -> dict[str, str]:
    from plot import bars

    wanted = [
        row
        for row in rows
        if row.figure == "cold path" and row.values.get(OURS) and "512" not in row.name and "1769" not in row.name
    ]
    groups = {row.name: {subject: row.median(subject) for subject in SUBJECTS} for row in wanted}
    title = "Cold start: import, secret, connection, first set and get (logarithmic)"
    return {"cold.svg": bars(title, "milliseconds", groups, logarithmic=True)} if groups else {}


# --- the path ---------------------------------------------------------------------------------------------------------


def program(language: str, subject: str, name: str = "") -> list[str]:
    """One of programs/cold; `name` "lookup_" for its neighbours."""
    if language == "Python":
        return [PYTHON[subject], str(PROGRAMS / "cold" / f"{name}{subject}.py")]
    return [NODE, str(PROGRAMS / "cold" / f"{name}{subject}.cjs")]


def once(lab: Lab, command: Sequence[str], more: Mapping[str, str] | None = None) -> float:
    return float(lab.run(command, more))


def unthrottled(lab: Lab, turns: int) -> list[Row]:
    commands = {(language, subject): program(language, subject) for language in LANGUAGES for subject in SUBJECTS}
    for command in commands.values():
        lab.run(command)  # fills the file cache and the byte code
    figures = interleaved(SECTION, {key: partial(once, lab, command) for key, command in commands.items()}, turns)
    return [row(language, language, figures, AGAINST_OFFICIAL[language]) for language in LANGUAGES]


def throttled(lab: Lab, memory: int, turns: int, quick: bool) -> list[Row]:
    def run(group: Group, language: str, subject: str) -> Run:
        return lambda phase: once(lab, group.command(program(language, subject), phase))

    budgets = THROTTLED if memory == SMALLEST else {}
    names = {language: f"{language}, {memory} MB" for language in LANGUAGES}
    try:
        with cpu_share(share_of(memory)) as group:
            figures = in_phases(partial(run, group), LANGUAGES, turns, quick)
    except Unavailable as reason:
        return [not_measured(name, str(reason)) for name in names.values()]
    return [row(name, language, figures, budgets.get(language, ())) for language, name in names.items()]


def in_phases(run: Callable[[str, str], Run], languages: Sequence[str], turns: int, quick: bool) -> Figures:
    """Turn by turn: of ours the mean over phases that lie evenly over the quota, and no two turns' phases alike."""

    def means(language: str, subject: str) -> Callable[[], float]:
        count = 1 if quick or subject != OURS else PHASES
        at = run(language, subject)

        def turns_of() -> Iterator[float]:
            for turn in range(turns):
                yield statistics.mean(at((place + (turn + 0.5) / turns) / count) for place in range(count))

        return partial(next, turns_of())

    jobs = {(language, subject): means(language, subject) for language in languages for subject in SUBJECTS}
    return interleaved(SECTION, jobs, turns)


# --- a function's first call ------------------------------------------------------------------------------------------


def functions(lab: Lab, turns: int) -> list[Row]:
    reasons = {language: why_not(language) for language in LANGUAGES}
    jobs = {
        (language, subject): partial(first_call, lab, language, subject)
        for language in LANGUAGES
        for subject in SUBJECTS
        if reasons[language] is None
    }
    figures = interleaved(SECTION, jobs, turns)
    return [function_row(f"{language} function", language, figures, reasons[language]) for language in LANGUAGES]


def throttled_functions(lab: Lab, memory: int, turns: int, quick: bool) -> list[Row]:
    reasons = {language: why_not(language) for language in LANGUAGES}

    def run(group: Group, language: str, subject: str) -> Run:
        return lambda phase: first_call(lab, language, subject, group, phase)

    figures: Figures = {}
    possible = [language for language in LANGUAGES if reasons[language] is None]
    try:
        with cpu_share(share_of(memory)) as group:
            figures = in_phases(partial(run, group), possible, turns, quick)
    except Unavailable as reason:
        reasons = dict.fromkeys(LANGUAGES, str(reason))
    return [
        function_row(f"{language} function, {memory} MB", language, figures, reasons[language])
        for language in LANGUAGES
    ]


def function_row(name: str, language: str, figures: Figures, reason: str | None) -> Row:
    if reason is not None:
        return not_measured(name, reason, "first call")
    notes = {OURS: f"under {client_name(language)}, from the interpreter's start to the answer"}
    return row(name, language, figures, (), "first call", notes=notes)


# --- the look-up's CPU ------------------------------------------------------------------------------------------------


def lookups(lab: Lab, turns: int) -> list[Row]:
    key_in_a_variable = {"MOMENTO_TOKEN_SOURCE": "env:BENCH_KEY", "MOMENTO_ENDPOINT": lab.backend.momento_url}

    with tls_stub(lab) as led_to_stub:

        def ours(command: Sequence[str]) -> float:
            return once(lab, command, led_to_stub) - once(lab, command, key_in_a_variable)

        jobs: dict[Key, Callable[[], float]] = {}
        for language in LANGUAGES:
            jobs[language, OURS] = partial(ours, program(language, OURS, "lookup_"))
            jobs[language, OFFICIAL] = partial(once, lab, program(language, OFFICIAL, "lookup_"), led_to_stub)
        figures = interleaved(SECTION, jobs, turns)
    notes = {OURS: "user and system time of all threads, over TLS, less the same without a look-up"}
    return [row(f"{language}, secret look-up", language, figures, LOOKUP, "CPU", notes=notes) for language in LANGUAGES]


# --- rows -------------------------------------------------------------------------------------------------------------


def row(
    name: str,
    language: str,
    figures: Figures,
    budgets: Sequence[Budget],
    figure: str = "cold path",
    notes: Mapping[str, str] | None = None,
) -> Row:
    values = {subject: figures[language, subject] for subject in SUBJECTS}
    return Row(SECTION, name, figure, "ms", values, budgets, notes or {})


def not_measured(name: str, reason: str, figure: str = "cold path") -> Row:
    print(f"{SECTION}: NOT MEASURED: {name}: {reason}", file=sys.stderr, flush=True)
    return Row(SECTION, name, figure, "ms", {}, (), {OURS: f"not measured: {reason}"})
