"""The audit's reader of ELF files: what it finds, and that a broken file is named broken and nothing else."""

from __future__ import annotations

import random
import struct

import elf
import pytest
from elf_maker import AARCH64, library


def test_reads_what_a_library_asks_for() -> None:
    found = elf.read(library(needed=("libc.so.6", "libm.so.6"), undefined=("memcpy", "Py_IncRef")))
    assert found.machine == "x86_64"
    assert found.needed == ["libc.so.6", "libm.so.6"]
    assert found.undefined == ["memcpy", "Py_IncRef"]
    assert found.defined == ["PyInit__native"]
    assert found.versions == {"libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.17"]}
    assert found.search_paths == []


def test_names_the_other_architectures() -> None:
    assert elf.read(library(machine=AARCH64)).machine == "aarch64"
    assert elf.read(library(machine=40)).machine == "machine 40"


def test_finds_search_paths() -> None:
    assert elf.read(library(search_path="$ORIGIN/lib")).search_paths == ["$ORIGIN/lib"]


def test_compares_versions_as_numbers() -> None:
    found = elf.read(library(versions=("GLIBC_2.9", "GLIBC_2.17", "GLIBC_PRIVATE", "GCC_99.0")))
    assert found.glibc() == ((2, 17), ["GLIBC_PRIVATE"])
    assert elf.read(library(versions=("GCC_3.0",))).glibc() == ((), [])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not an ELF file"),
        (b"\x7fEL", "not an ELF file"),
        (b"PK\x03\x04 a zip", "not an ELF file"),
        (b"\x7fELF", "not a 64-bit"),
        (b"\x7fELF\x01\x01" + bytes(100), "not a 64-bit"),
        (b"\x7fELF\x02\x02" + bytes(100), "not a 64-bit"),
        (b"\x7fELF\x02\x01", "cut off"),
        (library()[:16] + struct.pack("<H", 2) + library()[18:], "type 2 is not a shared library"),
        (library()[:40] + bytes(8) + library()[48:], "no section headers"),
        (library(undefined=(), defined=()), "no dynamic symbols"),
    ],
)
def test_says_what_is_wrong(content: bytes, reason: str) -> None:
    with pytest.raises(elf.ElfError, match=reason):
        elf.read(content)


def test_every_truncation_is_an_error() -> None:
    whole = library()
    for length in range(len(whole)):
        with pytest.raises(elf.ElfError):
            elf.read(whole[:length])


def test_damage_is_read_or_named_but_never_crashes_the_reader() -> None:
    choice = random.Random(1)
    whole = library()
    for _ in range(3000):
        damaged = bytearray(whole)
        for _ in range(choice.randint(1, 4)):
            damaged[choice.randrange(len(damaged))] = choice.randrange(256)
        try:
            elf.read(bytes(damaged)).glibc()
        except elf.ElfError:
            continue
