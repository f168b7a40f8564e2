"""`make sizes`: how large what was built is, against what it may be.

A function's cold start reads the file and its zip is uploaded with every deployment, so size is a budget: 8 MB
installed and 3.5 MB compressed, for the wheel and for the addon. Ends non-zero where a budget is exceeded.
"""

from __future__ import annotations

import sys
import zipfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALLED_LIMIT = 8_000_000
COMPRESSED_LIMIT = 3_500_000
ZIP_LEVEL = 6


def wheel(path: Path) -> tuple[int, int]:
    """-> (bytes installed, bytes compressed)"""
    with zipfile.ZipFile(path) as archive:
        return sum(entry.file_size for entry in archive.infolist()), path.stat().st_size


def addon(path: Path) -> tuple[int, int]:
    """-> (bytes installed, bytes compressed)"""
    content = path.read_bytes()
    return len(content), len(zlib.compress(content, ZIP_LEVEL))


def main() -> None:
    built = {path.name: wheel(path) for path in sorted((ROOT / "target" / "shipped").glob("*.whl"))}
    built.update({path.name: addon(path) for path in sorted((ROOT / "bindings-node").glob("*.node"))})
    if len(built) < 2:
        sys.exit("sizes: the wheel or the addon is missing; run `make build`")
    print(f"{'':<60}{'installed':>12}{'compressed':>12}")
    for name, (installed, compressed) in built.items():
        print(f"{name:<60}{installed / 1e6:>9.2f} MB{compressed / 1e6:>9.2f} MB")
    large = [name for name, (one, other) in built.items() if one > INSTALLED_LIMIT or other > COMPRESSED_LIMIT]
    if large:
        sys.exit(f"sizes: over {INSTALLED_LIMIT / 1e6} MB installed or {COMPRESSED_LIMIT / 1e6} MB compressed: {large}")


if __name__ == "__main__":
    main()
