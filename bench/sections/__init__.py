"""What the bench measures, a module a section.

Each has `measure(lab, options) -> list[Row]` and `plots(rows) -> dict[str, str]`, file name to SVG, of its own rows
only.
"""
