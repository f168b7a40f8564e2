"""The cold side's own parts: the share of a core, its phases, what belongs to a package, the pictures."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from plot import bars, curves, lines
from sections.cold import PHASES, in_phases
from sections.installed import closure
from throttle import Group, Unavailable, cpu_share, share_of

SVG = "{http://www.w3.org/2000/svg}"
# Uses so many ms of CPU and prints how many ms that took.
USE = """
import sys, time
begun, end = time.perf_counter(), time.thread_time() + float(sys.argv[1]) / 1000
while time.thread_time() < end:
    pass
print((time.perf_counter() - begun) * 1000)
"""


@pytest.fixture
def small() -> Iterator[Group]:
    try:
        with cpu_share(share_of(128)) as group:
            yield group
    except Unavailable as reason:
        pytest.skip(str(reason))


def used(group: Group, milliseconds: float, phase: float) -> float:
    command = group.command([sys.executable, "-I", "-S", "-c", USE, str(milliseconds)], phase)
    return float(subprocess.check_output(command, text=True))


def test_a_small_function_waits_for_its_cpu(small: Group) -> None:
    """Five quotas and a half take five pauses of 93 ms, wherever they begin; a busy machine only adds to it."""
    assert min(used(small, 5.5 * small.quota / 1000, phase) for phase in (0.1, 0.5, 0.9)) > 400


def test_the_group_is_gone_afterwards() -> None:
    try:
        with cpu_share(0.5) as group:
            assert group.members.exists()
    except Unavailable as reason:
        pytest.skip(str(reason))
    assert not group.members.parent.exists()


def test_the_mark_is_the_moment_of_the_start(small: Group, tmp_path: Path) -> None:
    print_time = "import time; print(time.monotonic_ns())"
    command = small.command([sys.executable, "-I", "-S", "-c", print_time], 0.5, tmp_path / "mark")
    printed = int(subprocess.check_output(command, text=True))
    assert 0 < printed - int((tmp_path / "mark").read_text()) < 10e9


def test_phases_lie_evenly_over_the_quota_and_ours_are_averaged() -> None:
    seen: dict[str, list[float]] = {"ours": [], "official": []}

    def run(language: str, subject: str) -> Callable[[float], float]:
        def note(phase: float) -> float:
            seen[subject].append(phase)
            return phase

        return note

    turns = 3
    figures = in_phases(run, ["Python"], turns, quick=False)
    ours = seen["ours"]
    count = turns * PHASES
    assert sorted(ours) == pytest.approx([(place + 0.5) / count for place in range(count)])
    assert sorted(seen["official"]) == pytest.approx([1 / 6, 1 / 2, 5 / 6])
    means = [sum(ours[turn * PHASES : (turn + 1) * PHASES]) / PHASES for turn in range(turns)]
    assert figures["Python", "ours"] == pytest.approx(means)


def test_a_package_counts_with_all_that_it_needs() -> None:
    needs = {"a": {"b"}, "b": {"c", "a"}, "c": set(), "d": set()}
    assert closure(["a"], lambda name: needs[name]) == {"a", "b", "c"}


def test_a_bar_for_each_value_and_the_largest_is_the_highest() -> None:
    for logarithmic in (False, True):
        groups = {"x": {"ours": 2, "official": 40}, "y": {"ours": 3}}
        picture = ElementTree.fromstring(bars("A & B", "ms", groups, logarithmic))
        assert picture.findtext(f"{SVG}title") == "A & B"
        # The ground and two marks of the legend come first.
        heights = [float(bar.attrib["height"]) for bar in picture.findall(f"{SVG}rect")[3:]]
        assert len(heights) == 3
        assert heights[0] < heights[2] < heights[1]


def test_a_line_for_each_series_rises_with_its_values() -> None:
    series = {"ours": [(1, 10), (10, 20), (100, 40)], "bare": [(1, 5)]}
    percentiles: dict[str, list[tuple[float, float]]] = {"ours": [(50, 10), (99, 20), (99.9, 40)], "bare": [(50, 5)]}
    pictures = [lines("t", "x", "y", series, logarithmic_x) for logarithmic_x in (False, True)]
    for text in (*pictures, curves("t", "us", percentiles)):
        found = ElementTree.fromstring(text).findall(f"{SVG}polyline")
        assert len(found) == 2
        places = [tuple(map(float, place.split(","))) for place in found[0].attrib["points"].split()]
        assert [x for x, _ in places] == sorted(x for x, _ in places)
        assert [y for _, y in places] == sorted((y for _, y in places), reverse=True)
