"""How values are compressed. From Node, whose add-on packages have the same formats."""

from __future__ import annotations

from enum import Enum


class CompressionFormat(Enum):
    """The formats; a reader tells them apart by their first bytes."""

    GZIP = "gzip"
    ZSTD = "zstd"


class CompressionLevel(Enum):
    """Speed or size. The names are Node's."""

    BALANCED = "balanced"
    FASTEST = "fastest"
    SMALLEST_SIZE = "smallest_size"


class CompressionStrategy:
    """How values are compressed, where a call says `compress=True`.

    Args:
        compression_format: gzip or zstd; what is read may be in either.
        compression_level: Speed or size.
        automatic_decompression: Whether reads decompress what is compressed without `decompress=True`.
    """

    def __init__(
        self,
        compression_format: CompressionFormat = CompressionFormat.ZSTD,
        compression_level: CompressionLevel = CompressionLevel.BALANCED,
        automatic_decompression: bool = True,
    ) -> None:
        self.compression_format = compression_format
        self.compression_level = compression_level
        self.automatic_decompression = automatic_decompression

    def _for_native(self) -> tuple[str, str, bool]:
        return self.compression_format.value, self.compression_level.value, bool(self.automatic_decompression)

    def __repr__(self) -> str:
        return f"CompressionStrategy({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if isinstance(other, CompressionStrategy) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._for_native())
