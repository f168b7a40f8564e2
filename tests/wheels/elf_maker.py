"""Makes small ELF libraries for the audit's tests: real tables, no code.

A library is asked for by what is in it, so that each test shows the one thing that is wrong with its library.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

X86_64, AARCH64 = 62, 183


class Names:
    """A string table."""

    def __init__(self) -> None:
        self.content = b"\0"

    def add(self, text: str) -> int:
        offset = len(self.content)
        self.content += text.encode() + b"\0"
        return offset


def library(
    machine: int = X86_64,
    needed: Sequence[str] = ("libc.so.6",),
    versions: Sequence[str] = ("GLIBC_2.2.5", "GLIBC_2.17"),
    undefined: Sequence[str] = ("memcpy", "_Unwind_Resume"),
    defined: Sequence[str] = ("PyInit__native",),
    search_path: str | None = None,
) -> bytes:
    names = Names()
    dynamic = b"".join(struct.pack("<qQ", 1, names.add(name)) for name in needed)
    if search_path is not None:
        dynamic += struct.pack("<qQ", 29, names.add(search_path))
    dynamic += struct.pack("<qQ", 0, 0)
    symbols = struct.pack("<IBBHQQ", 0, 0, 0, 0, 0, 0)
    symbols += b"".join(struct.pack("<IBBHQQ", names.add(name), 18, 0, 0, 0, 0) for name in undefined)
    symbols += b"".join(struct.pack("<IBBHQQ", names.add(name), 18, 0, 1, 64, 8) for name in defined)
    wanted = struct.pack("<HHIII", 1, len(versions), names.add("libc.so.6"), 16, 0)
    for number, version in enumerate(versions):
        last = number == len(versions) - 1
        wanted += struct.pack("<IHHII", 0, 0, 2 + number, names.add(version), 0 if last else 16)

    tables = [(3, names.content, 0), (6, dynamic, 1), (11, symbols, 1), (0x6FFFFFFE, wanted, 1)]
    offset = 64
    headers = struct.pack("<IIQQQQIIQQ", *(0,) * 10)
    body = b""
    for kind, content, link in tables:
        headers += struct.pack("<IIQQQQIIQQ", 0, kind, 0, 0, offset + len(body), len(content), link, 0, 1, 0)
        body += content
    identity = b"\x7fELF\x02\x01\x01" + bytes(9)
    start = offset + len(body)
    header = struct.pack("<16sHHIQQQIHHHHHH", identity, 3, machine, 1, 0, 0, start, 0, 64, 0, 0, 64, len(tables) + 1, 1)
    return header + body + headers
