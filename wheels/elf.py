"""Reads what an ELF library asks of the machine that loads it: architecture, libraries, symbols and their versions.

Problem: the audit must run wherever packages are built, and on broken files too. Choice: the few tables that the
dynamic loader reads, found through the section headers (`strip` keeps them), every read checked against the file's
end. Only 64-bit little-endian files, which is what Lambda runs.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

MACHINES = {62: "x86_64", 183: "aarch64"}
SHARED_OBJECT = 3
DYNAMIC, DYNAMIC_SYMBOLS, VERSIONS_NEEDED = 6, 11, 0x6FFFFFFE
TAG_NEEDED, TAG_SONAME, TAG_RPATH, TAG_RUNPATH = 1, 14, 15, 29
UNDEFINED = 0

HEADER = "<16sHHIQQQIHHHHHH"
SECTION = "<IIQQQQIIQQ"
SYMBOL = "<IBBHQQ"
GLIBC_NUMBER = re.compile(r"GLIBC_[0-9]+(\.[0-9]+)*")


class ElfError(ValueError):
    """The file is not an ELF library, or is cut off."""


@dataclass(frozen=True)
class Section:
    kind: int
    offset: int
    size: int
    link: int


@dataclass
class Library:
    machine: str
    needed: list[str] = field(default_factory=list)
    search_paths: list[str] = field(default_factory=list)
    """DT_RPATH and DT_RUNPATH: folders of the building machine, if any."""
    undefined: list[str] = field(default_factory=list)
    """Symbols that other libraries must bring."""
    defined: list[str] = field(default_factory=list)
    versions: dict[str, list[str]] = field(default_factory=dict)
    """Library -> the symbol versions that are asked of it, for example GLIBC_2.17."""

    def glibc(self) -> tuple[tuple[int, ...], list[str]]:
        """The highest version that is asked of glibc, () if none, and what is asked that is no number: GLIBC_PRIVATE,
        or a mark of a newer loader such as GLIBC_ABI_DT_RELR."""
        asked = {one for names in self.versions.values() for one in names if one.startswith("GLIBC_")}
        numbered = {one for one in asked if GLIBC_NUMBER.fullmatch(one)}
        numbers = (tuple(map(int, one[len("GLIBC_") :].split("."))) for one in numbered)
        return max(numbers, default=()), sorted(asked - numbered)


def unpack(layout: str, content: bytes, offset: int) -> tuple[int, ...]:
    if offset < 0 or offset + struct.calcsize(layout) > len(content):
        raise ElfError(f"cut off: {struct.calcsize(layout)} bytes at {offset}, but the file has {len(content)}")
    return struct.unpack_from(layout, content, offset)


def text(content: bytes, offset: int) -> str:
    end = content.find(b"\0", offset)
    if offset >= len(content) or end < 0:
        raise ElfError(f"cut off: a name at {offset} does not end")
    return content[offset:end].decode("utf-8", "replace")


def sections(content: bytes) -> tuple[str, list[Section]]:
    if content[:4] != b"\x7fELF":
        raise ElfError("not an ELF file")
    if content[4:6] != b"\x02\x01":
        raise ElfError("not a 64-bit little-endian ELF file")
    header = unpack(HEADER, content, 0)
    kind, machine, start, size, count = header[1], header[2], header[6], header[11], header[12]
    if kind != SHARED_OBJECT:
        raise ElfError(f"ELF type {kind} is not a shared library")
    if start == 0 or size != struct.calcsize(SECTION):
        raise ElfError("has no section headers")
    found = []
    for number in range(count):
        _, kind, _, _, offset, length, link, *_ = unpack(SECTION, content, start + number * size)
        found.append(Section(kind, offset, length, link))
    return MACHINES.get(machine, f"machine {machine}"), found


def read(content: bytes) -> Library:
    machine, found = sections(content)
    library = Library(machine)
    for section in found:
        if section.kind not in (DYNAMIC, DYNAMIC_SYMBOLS, VERSIONS_NEEDED):
            continue
        if section.link >= len(found):
            raise ElfError(f"a section's names are in section {section.link} of {len(found)}")
        names = found[section.link].offset
        if section.kind == DYNAMIC:
            read_dynamic(content, section, names, library)
        elif section.kind == DYNAMIC_SYMBOLS:
            read_symbols(content, section, names, library)
        else:
            read_versions(content, section, names, library)
    if not library.defined and not library.undefined:
        raise ElfError("has no dynamic symbols")
    return library


def read_dynamic(content: bytes, section: Section, names: int, library: Library) -> None:
    for offset in range(section.offset, section.offset + section.size, 16):
        tag, value = unpack("<qQ", content, offset)
        if tag == TAG_NEEDED:
            library.needed.append(text(content, names + value))
        elif tag in (TAG_RPATH, TAG_RUNPATH):
            library.search_paths.append(text(content, names + value))
        elif tag == 0:
            break


def read_symbols(content: bytes, section: Section, names: int, library: Library) -> None:
    size = struct.calcsize(SYMBOL)
    for offset in range(section.offset, section.offset + section.size, size):
        name, _, _, where, _, _ = unpack(SYMBOL, content, offset)
        if name:
            (library.undefined if where == UNDEFINED else library.defined).append(text(content, names + name))


def read_versions(content: bytes, section: Section, names: int, library: Library) -> None:
    """A chain of libraries, each with a chain of versions; 0 ends a chain."""
    offset, end = section.offset, section.offset + section.size
    while offset < end:
        _, count, file, first, following = unpack("<HHIII", content, offset)
        wanted = library.versions.setdefault(text(content, names + file), [])
        entry = offset + first
        for _ in range(count):
            _, _, _, name, step = unpack("<IHHII", content, entry)
            wanted.append(text(content, names + name))
            entry += step
        if following == 0:
            break
        offset += following
