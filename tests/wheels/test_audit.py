"""The audit on packages that have one thing wrong each: it must be named, and nothing else."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import audit
import pytest
from elf_maker import AARCH64, library

WHEEL = "momento_lambda-0.1.0-cp39-abi3-manylinux2014_x86_64.whl"
ADDON = "momento-lambda-linux-arm64-gnu-0.1.0.tgz"
DOCUMENTS = {
    "momento_lambda-0.1.0.dist-info/licenses/LICENSE": b"Apache License",
    "momento_lambda-0.1.0.dist-info/licenses/THIRD-PARTY-NOTICES.txt": b"MIT License",
    "momento_lambda-0.1.0.dist-info/sboms/sbom.cdx.json": json.dumps(
        {"bomFormat": "CycloneDX", "components": [{"name": "tokio"}]}
    ).encode(),
}
NATIVE = "momento_lambda/_native.abi3.so"


@pytest.fixture(autouse=True)
def _without_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """auditwheel and abi3audit want a real library."""
    monkeypatch.setattr(audit, "tool", lambda *_: None)


def make_wheel(folder: Path, files: dict[str, bytes], name: str = WHEEL) -> Path:
    with zipfile.ZipFile(folder / name, "w") as archive:
        for entry, content in files.items():
            archive.writestr(entry, content)
    return folder / name


def make_addon(folder: Path, files: dict[str, bytes], name: str = ADDON) -> Path:
    with tarfile.open(folder / name, "w:gz") as archive:
        for entry, content in files.items():
            member = tarfile.TarInfo(entry)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return folder / name


def wheel_complaints(folder: Path, native: bytes, **changes: bytes) -> list[str]:
    files = {**DOCUMENTS, NATIVE: native, **changes}
    return audit.complaints(audit.read_package(make_wheel(folder, files)))


def test_a_right_wheel_has_no_complaints(tmp_path: Path) -> None:
    assert wheel_complaints(tmp_path, library()) == []


def test_a_program_may_show_any_symbol(tmp_path: Path) -> None:
    name = "momento_lambda_local-0.1.0-py3-none-manylinux2014_x86_64.whl"
    program = library(defined=["_start", "main"])
    wheel = make_wheel(
        tmp_path, {**DOCUMENTS, "momento_lambda_local-0.1.0.data/scripts/momento-lambda-local": program}, name
    )
    assert audit.complaints(audit.read_package(wheel)) == []


def test_a_right_addon_has_no_complaints(tmp_path: Path) -> None:
    native = library(machine=AARCH64, needed=["ld-linux-aarch64.so.1"], defined=["napi_register_module_v1"])
    package = audit.read_package(make_addon(tmp_path, {**DOCUMENTS, "package/momento-lambda.node": native}))
    assert package.machine == "aarch64"
    assert audit.complaints(package) == []


@pytest.mark.parametrize(
    ("native", "complaint"),
    [
        (library(machine=AARCH64), "is for aarch64, its name says x86_64"),
        (library(versions=["GLIBC_2.2.5", "GLIBC_2.34"]), "needs glibc 2.34, which is newer than 2.17"),
        (library(versions=["GLIBC_2.17", "GLIBC_ABI_DT_RELR"]), "needs what not every glibc has"),
        (library(needed=["libc.so.6", "libssl.so.3"]), "needs the library libssl.so.3"),
        (library(needed=["libpython3.11.so.1.0"]), "needs the library libpython3.11.so.1.0"),
        (library(search_path="/opt/lib"), "looks for libraries in"),
        (
            library(undefined=["_PyLong_AsByteArray", "_Py_NoneStruct", "_Unwind_Resume"]),
            "private in Python: ['_PyLong_AsByteArray']",
        ),
        (library(undefined=["memcpy"]), "does not use the system's unwinder"),
        (library(defined=["PyInit__native", "ring_core_0_17"]), "should show PyInit__native only"),
        (library()[:-1], "cut off"),
        (b"#!/bin/sh", "not an ELF file"),
        (b"", "not an ELF file"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_a_wrong_library_is_named(tmp_path: Path, native: bytes, complaint: str) -> None:
    (found,) = wheel_complaints(tmp_path, native)
    assert complaint in found


def test_missing_documents_are_named(tmp_path: Path) -> None:
    found = audit.complaints(audit.read_package(make_wheel(tmp_path, {NATIVE: library()})))
    assert found == [
        "holds no licence",
        "holds no notices of the crates that are linked",
        "holds no bill of materials",
    ]


@pytest.mark.parametrize("bill", [b"", b"{", b"[]", b"null", b'{"bomFormat": "SPDX", "components": [1]}', b"\xff"])
def test_a_broken_bill_of_materials_is_named(tmp_path: Path, bill: bytes) -> None:
    (found,) = wheel_complaints(tmp_path, library(), **{"x.cdx.json": bill})
    assert found.startswith("x.cdx.json ")


def test_folders_of_this_machine_are_found_in_every_file(tmp_path: Path) -> None:
    (home, *_) = audit.machine_folders()
    (found,) = wheel_complaints(tmp_path, library(), **{"momento_lambda/built.py": f"{home}x".encode()})
    assert found == f"momento_lambda/built.py names this machine's folder {home}"


def test_sizes_over_the_budget_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "INSTALLED_LIMIT", 100)
    monkeypatch.setattr(audit, "COMPRESSED_LIMIT", 100)
    installed, compressed = wheel_complaints(tmp_path, library())
    assert "MB installed" in installed
    assert "MB compressed" in compressed


@pytest.mark.parametrize("files", [{}, {"momento_lambda/__init__.py": b""}, {"momento_lambda/_native.so": library()}])
def test_a_wheel_without_its_library_is_named(tmp_path: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(audit.Unreadable, match=r"must hold one \.abi3\.so file"):
        audit.read_package(make_wheel(tmp_path, files))


def test_two_libraries_in_one_wheel_are_named(tmp_path: Path) -> None:
    files = {NATIVE: library(), "momento_lambda/_native.cpython-311.so": library()}
    with pytest.raises(audit.Unreadable, match="must hold one"):
        audit.read_package(make_wheel(tmp_path, files))


@pytest.mark.parametrize("name", [WHEEL, ADDON])
def test_truncated_packages_are_named(tmp_path: Path, name: str) -> None:
    make = make_wheel if name == WHEEL else make_addon
    whole = make(tmp_path, {**DOCUMENTS, NATIVE: library()}, name).read_bytes()
    for length in range(0, len(whole) - 30, 7):
        (tmp_path / name).write_bytes(whole[:length])
        with pytest.raises(audit.Unreadable):
            audit.read_package(tmp_path / name)


@pytest.mark.parametrize("name", ["momento_lambda-0.1.0-py3-none-any.whl", "momento-lambda-0.1.0.tgz"])
def test_a_name_without_an_architecture_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(audit.Unreadable, match="no architecture"):
        audit.read_package(tmp_path / name)


def test_two_builds_are_compared(tmp_path: Path) -> None:
    here, there = tmp_path / "here" / "shipped", tmp_path / "there" / "shipped"
    here.mkdir(parents=True)
    there.mkdir(parents=True)
    package = audit.read_package(make_wheel(here, {**DOCUMENTS, NATIVE: library()}))
    assert list(audit.check_against(package, tmp_path / "there")) == [f"the other build has no {WHEEL}"]
    (there / WHEEL).write_bytes(package.path.read_bytes())
    assert list(audit.check_against(package, tmp_path / "there")) == []
    (there / WHEEL).write_bytes(b"another")
    (found,) = audit.check_against(package, tmp_path / "there")
    assert found.startswith("the other build differs")
