"""How a response's values look in its `repr`. Apart from the responses, as most functions never print one."""

from __future__ import annotations

from itertools import islice

from momento_lambda.responses.response import Response


def shown(value: object, most_characters: int, most_items: int) -> str:
    """What `repr` gives, cut: texts to so many characters, collections to so many items."""
    if isinstance(value, bytes):
        more = "..." if len(value) > most_characters else ""
        return repr(value[:most_characters] + more.encode())
    if isinstance(value, str):
        more = "..." if len(value) > most_characters else ""
        return repr(value[:most_characters] + more)
    if isinstance(value, Response):
        return value._render(most_characters, most_items)
    if isinstance(value, (list, set, dict)) and value:
        before, after = ("[", "]") if isinstance(value, list) else ("{", "}")
        if isinstance(value, dict):
            pairs = islice(value.items(), most_items)
            parts = [": ".join(shown(part, most_characters, most_items) for part in pair) for pair in pairs]
        else:
            parts = [shown(item, most_characters, most_items) for item in islice(value, most_items)]
        if len(value) > most_items:
            parts.append("...")
        return f"{before}{', '.join(parts)}{after}"
    if isinstance(value, tuple):
        return f"({', '.join(shown(item, most_characters, most_items) for item in value)})"
    return repr(value)
