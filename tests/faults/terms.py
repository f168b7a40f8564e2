"""What a fault is described with: its name, what it needs to be different from the start, how long things take."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scene import Scene


@dataclass(frozen=True)
class Setup:
    """What a fault needs to be different from the start."""

    latency_ms: int = 0
    clock: bool = False
    moving_name: bool = False
    two_addresses: bool = False
    read_headers: bool = False
    tls: bool = False
    key_lives_seconds: float | None = None
    token_ttl_seconds: float | None = None


@dataclass(frozen=True)
class Pace:
    """How long things may take in this run of the lab; a client that is slower is cut short, which its row shows."""

    quick: bool
    reconnects: int = 100
    outage_seconds: float | None = None

    @property
    def settle_calls(self) -> int:
        return 25 if self.quick else 100

    @property
    def settle_seconds(self) -> float:
        return 2.0 if self.quick else 5.0

    def seconds(self, quick: float, full: float) -> float:
        """How long an outage or a freeze lasts."""
        return quick if self.quick else full

    @property
    def hour(self) -> float:
        """How long an hour takes."""
        return self.outage_seconds or self.seconds(quick=5, full=60)


@dataclass(frozen=True)
class Fault:
    name: str
    text: str
    run: Callable[[Scene], None]
    setup: Setup = field(default_factory=Setup)
    quick: bool = True
    official: bool = True

    def over_tls(self, quick: bool = False) -> Fault:
        """The same with TLS between client and proxy. Ours only: to trust a certificate, the official packages want
        settings that are not those they are compared with."""
        setup = replace(self.setup, tls=True)
        return replace(
            self, name=f"{self.name}-tls", text=f"{self.text}; TLS", setup=setup, quick=quick, official=False
        )


def api_key(identifier: str, expires: float | None = None) -> str:
    """A v2 API key as far as its form goes, which nobody signed; `expires` in seconds of the epoch."""

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims: dict[str, Any] = {"t": "g", "jti": identifier}
    if expires is not None:
        claims["exp"] = int(expires)
    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.{part({'unsigned': identifier})}"
