"""Lines over time as a picture, in SVG: enough for the soak, without a library for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 900, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 50, 50
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")  # told apart by the colour-blind too
Point = tuple[float, float]


def lines(title: str, across: str, up: str, series: Mapping[str, Sequence[Point]]) -> str:
    """One line for each series; both axes begin at 0."""
    points = [point for line in series.values() for point in line]
    right = ceiling(max((x for x, _ in points), default=1))
    top = ceiling(max((y for _, y in points), default=1))

    def place(x: float, y: float) -> tuple[float, float]:
        wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return LEFT + wide * x / right, TOP + high * (1 - y / top)

    look = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {look}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        text(LEFT, 20, title, 'font-size="14" font-weight="bold"'),
        text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, across, 'text-anchor="middle"'),
        text(LEFT - 50, TOP - 12, up),
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        x, y = place(right * share, top * share)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        parts.append(text(LEFT - 8, y + 4, f"{top * share:,.10g}", 'text-anchor="end"'))
        parts.append(text(x, HEIGHT - BOTTOM + 18, f"{right * share:,.10g}", 'text-anchor="middle"'))
    for number, (name, line) in enumerate(series.items()):
        color = COLORS[number % len(COLORS)]
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in line))
        parts.append(f'<polyline points="{places}" fill="none" stroke="{color}" stroke-width="1.5"/>')
        parts.append(text(LEFT + 200 * number, 38, name, f'fill="{color}"'))
    return "\n".join([*parts, "</svg>\n"])


def text(x: float, y: float, words: str, more: str = "") -> str:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.0f}" y="{y:.0f}" {more}>{escaped}</text>'


def ceiling(value: float) -> float:
    """The next round figure: 1, 2, 4 or 8 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value)


def slope(points: Sequence[Point]) -> float:
    """Of the line that fits best."""
    count = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
