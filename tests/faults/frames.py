"""HTTP/2 frames as far as the proxy needs them: cut a byte stream at frame boundaries, and write a few frames.

Problem: a GOAWAY or a RST_STREAM in the middle of somebody's frame would be garbage, not the fault that was asked for.
Choice: both directions are cut into frames and put together again, byte for byte; what is injected goes between two.
Header blocks are only written here, as literals without indexing, so that no compression state is touched.
"""

from __future__ import annotations

from dataclasses import dataclass

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEAD_BYTES = 9

DATA, HEADERS, RST_STREAM, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 7, 8
UNKNOWN = 0xFA  # no such type in RFC 9113: to be ignored (section 5.5)

END_STREAM, END_HEADERS, PADDED, PRIORITY = 0x1, 0x4, 0x8, 0x20
NO_ERROR, INTERNAL_ERROR, REFUSED_STREAM, CANCEL = 0, 2, 7, 8

STATUS_200 = b"\x88"  # in the static table
CONTENT_TYPE_NAME = b"\x0f\x10"  # a literal without indexing, its name in the static table


@dataclass(frozen=True)
class Frame:
    kind: int
    flags: int
    stream: int
    payload: bytes

    def encode(self) -> bytes:
        head = len(self.payload).to_bytes(3, "big") + bytes([self.kind, self.flags])
        return head + self.stream.to_bytes(4, "big") + self.payload

    @property
    def ends_stream(self) -> bool:
        return self.kind in (DATA, HEADERS) and bool(self.flags & END_STREAM)

    @property
    def header_block(self) -> bytes:
        """The block of a HEADERS frame without padding and priority."""
        block, padding = self.payload, 0
        if self.flags & PADDED:
            block, padding = block[1:], block[0]
        if self.flags & PRIORITY:
            block = block[5:]
        return block[: len(block) - padding]


class Splitter:
    """Bytes in any portions go in, whole frames come out."""

    def __init__(self, after_preface: bool) -> None:
        self._buffer = bytearray()
        self._skip = len(PREFACE) if after_preface else 0

    def feed(self, data: bytes) -> tuple[bytes, list[Frame]]:
        """-> what stands before the first frame (the preface, once), and the frames that are complete."""
        self._buffer += data
        before = b""
        if self._skip:
            if len(self._buffer) < self._skip:
                return b"", []
            before = bytes(self._buffer[: self._skip])
            del self._buffer[: self._skip]
            self._skip = 0
        frames = []
        while len(self._buffer) >= HEAD_BYTES:
            end = HEAD_BYTES + int.from_bytes(self._buffer[:3], "big")
            if len(self._buffer) < end:
                break
            stream = int.from_bytes(self._buffer[5:9], "big") & 0x7FFFFFFF
            frames.append(Frame(self._buffer[3], self._buffer[4], stream, bytes(self._buffer[HEAD_BYTES:end])))
            del self._buffer[:end]
        return before, frames


def goaway(last_stream: int) -> bytes:
    return Frame(GOAWAY, 0, 0, last_stream.to_bytes(4, "big") + NO_ERROR.to_bytes(4, "big")).encode()


def rst_stream(stream: int, error: int) -> bytes:
    return Frame(RST_STREAM, 0, stream, error.to_bytes(4, "big")).encode()


def window_update(octets: int) -> bytes:
    """Gives the peer back the connection window of data that was dropped."""
    return Frame(WINDOW_UPDATE, 0, 0, octets.to_bytes(4, "big")).encode()


def to_be_ignored() -> bytes:
    """A frame of an unknown type, which a client must not mind. No setting: its acknowledgement would go on."""
    return Frame(UNKNOWN, 0xFF, 0, b"of a later version").encode()


def garbage() -> bytes:
    """Nothing that HTTP/2 knows: the head of a frame of 16 MB, longer than any client allows."""
    return b"\xff" * 64


def grpc_status(stream: int, status: int) -> bytes:
    """A whole reply of gRPC that is only a status, no message."""
    kind, name, value = b"application/grpc", b"grpc-status", str(status).encode()
    block = STATUS_200 + CONTENT_TYPE_NAME + bytes([len(kind)]) + kind
    block += b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value
    return Frame(HEADERS, END_HEADERS | END_STREAM, stream, block).encode()


def leaves_no_trace(block: bytes) -> bool:
    """Whether a header block can be left out unnoticed by the compression state: only indexed fields, RFC 7541 6.1."""
    return all(byte & 0x80 and byte != 0xFF for byte in block)
