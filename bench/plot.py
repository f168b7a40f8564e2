"""Pictures of the bench's rows, in SVG: lines, bars and percentile curves, without a library for it.

They stand in a README on a white or a dark page, so each has a white ground of its own. The colours are those of Okabe
and Ito, told apart by the colour-blind too; each subject has one, the same in all pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

WIDTH, HEIGHT = 900, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 30, 66, 50
GRID, AXIS = "#dddddd", "#555555"
COLORS = {"ours": "#0072b2", "official": "#d55e00", "bare": "#009e73", "floor": "#777777"}
OTHER_COLORS = ("#cc79a7", "#e69f00", "#56b4e9", "#000000")
PERCENTILES = (50, 90, 99, 99.9)
Point = tuple[float, float]


def lines(title: str, across: str, up: str, series: Mapping[str, Sequence[Point]], logarithmic_x: bool = False) -> str:
    """One line for each series. `up` begins at 0; so does `across`, or at its smallest value if that is logarithmic."""
    points = [point for line in series.values() for point in line]
    columns = sorted({x for x, _ in points})
    if logarithmic_x:
        first, last = math.log10(columns[0] if columns else 1), math.log10(columns[-1] if columns else 10)
        ticks = {math.log10(x): number(x) for x in columns}
    else:
        first, last = 0.0, ceiling(max(columns, default=1))
        ticks = {last * quarter / 4: number(last * quarter / 4) for quarter in range(5)}

    def place_x(x: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((x - first) / ((last - first) or 1))

    parts, place_y = frame(title, up, series, max((y for _, y in points), default=1))
    parts += [words(place_x(x), HEIGHT - BOTTOM + 18, label, MIDDLE) for x, label in ticks.items()]
    parts.append(words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, across, MIDDLE))
    for number_of_series, (name, line) in enumerate(series.items()):
        places = [(place_x(math.log10(x) if logarithmic_x else x), place_y(y)) for x, y in line]
        parts += polyline(places, color_of(name, number_of_series))
    return finished(parts)


def curves(title: str, up: str, series: Mapping[str, Sequence[Point]]) -> str:
    """Latencies by percentile: points are (percentile, latency). Each nine gets the same room, because the slow calls
    are what the picture is for."""

    def nines(percentile: float) -> float:
        return -math.log10(1 - percentile / 100)

    seen = sorted({x for line in series.values() for x, _ in line} or set(PERCENTILES))
    first, last = nines(seen[0]), nines(seen[-1])

    def place_x(percentile: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((nines(percentile) - first) / ((last - first) or 1))

    latencies = [y for line in series.values() for _, y in line]
    parts, place_y = frame(title, up, series, max(latencies, default=1), smallest=min(latencies, default=1))
    parts += [words(place_x(x), HEIGHT - BOTTOM + 18, f"p{x:g}", MIDDLE) for x in seen]
    parts.append(words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "percentile of the calls", MIDDLE))
    for number_of_series, (name, line) in enumerate(series.items()):
        parts += polyline([(place_x(x), place_y(y)) for x, y in line], color_of(name, number_of_series))
    return finished(parts)


def bars(title: str, up: str, groups: Mapping[str, Mapping[str, float]], logarithmic: bool = False) -> str:
    """A group of bars for each key, in it one bar for each series, with its value above it. A logarithmic axis begins
    at a power of ten below the smallest value."""
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    values = [value for group in groups.values() for value in group.values()]
    smallest = min((value for value in values if value > 0), default=1) if logarithmic else None
    parts, place_y = frame(title, up, dict.fromkeys(names), max(values, default=1), smallest=smallest)
    room = (WIDTH - LEFT - RIGHT) / max(len(groups), 1)
    width = min(room * 0.8 / max(len(names), 1), 90)
    for place, (label, group) in enumerate(groups.items()):
        middle = LEFT + room * (place + 0.5)
        parts += wrapped(middle, label, room)
        left = middle - width * len(group) / 2
        for name, value in group.items():
            top = place_y(value)
            color = color_of(name, names.index(name))
            high = max(HEIGHT - BOTTOM - top, 1)
            parts.append(
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{width - 3:.1f}" height="{high:.1f}" fill="{color}"/>'
            )
            parts.append(words(left + width / 2, top - 4, number(value), f"{MIDDLE} {HALO}"))
            left += width
    return finished(parts)


# --- parts of a picture ---------------------------------------------------------------------------------------------

MIDDLE, END = 'text-anchor="middle"', 'text-anchor="end"'
HALO = 'stroke="white" stroke-width="4" paint-order="stroke"'  # a grid line behind a number makes another number of it


def frame(
    title: str, up: str, series: Mapping[str, object], largest: float, smallest: float | None = None
) -> tuple[list[str], Callable[[float], float]]:
    """Ground, title, legend and the vertical axis with its grid; -> them, and where a value is. The axis begins at 0,
    or is logarithmic if `smallest` is given."""
    ticks, share = linear(largest) if smallest is None else logarithmic_axis(smallest, largest)

    def place_y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share(value))

    look = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {look} role="img">',
        f"<title>{escaped(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        words(LEFT, 20, title, 'font-size="14" font-weight="bold"'),
        words(12, TOP - 12, up),
    ]
    left: float = LEFT
    for place, name in enumerate(series):
        parts.append(f'<rect x="{left:.0f}" y="30" width="10" height="10" fill="{color_of(name, place)}"/>')
        parts.append(words(left + 15, 39, name))
        left += 40 + 7 * len(name)
    for tick in ticks:
        y = place_y(tick)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{GRID}"/>')
        parts.append(words(LEFT - 8, y + 4, number(tick), END))
    parts.append(f'<path d="M{LEFT} {HEIGHT - BOTTOM}H{WIDTH - RIGHT}" stroke="{AXIS}"/>')
    return parts, place_y


def linear(largest: float) -> tuple[list[float], Callable[[float], float]]:
    top = ceiling(largest)
    return [top * quarter / 4 for quarter in range(5)], lambda value: value / top


def logarithmic_axis(smallest: float, largest: float) -> tuple[list[float], Callable[[float], float]]:
    """From a power of ten below the smallest value, to leave its bar some height, to the 1, 2 or 5 above the rest."""
    bottom = 10.0 ** math.floor(math.log10(smallest) - 1e-9)
    power = 10.0 ** math.floor(math.log10(largest))
    top = next(step * power for step in (1, 2, 5, 10, 20) if step * power > largest * 1.05)
    powers = range(round(math.log10(bottom)), math.ceil(math.log10(top)) + 1)
    steps = (1,) if len(powers) > 4 else (1, 2, 5)
    ticks = [step * 10.0**exponent for exponent in powers for step in steps if bottom <= step * 10.0**exponent <= top]
    return ticks, lambda value: math.log(max(value, bottom) / bottom) / math.log(top / bottom)


def polyline(places: Sequence[Point], color: str) -> list[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in places]
    return [f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>', *dots]


def wrapped(middle: float, label: str, room: float) -> list[str]:
    """Below the axis, in two lines if it is wider than its room."""
    rows = [label]
    if len(label) * 7 > room and " " in label:
        gaps = [place for place, letter in enumerate(label) if letter == " "]
        cut = min(gaps, key=lambda gap: abs(gap - len(label) / 2))
        rows = [label[:cut], label[cut + 1 :]]
    return [words(middle, HEIGHT - BOTTOM + 18 + 15 * place, row, MIDDLE) for place, row in enumerate(rows)]


def color_of(name: str, place: int) -> str:
    return COLORS.get(name, OTHER_COLORS[place % len(OTHER_COLORS)])


def words(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="#222222" {more}>{escaped(text)}</text>'


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def finished(parts: Sequence[str]) -> str:
    return "\n".join([*parts, "</svg>\n"])


def number(value: float) -> str:
    """Three figures, more only where a number has more before its point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def ceiling(value: float) -> float:
    """The next round figure: 1, 2, 4, 6 or 8 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value)
