"""What happens to the server: it is slow, it pauses, it ends and another one comes, it is down for long."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator

import machine
from links import PATIENCE
from scene import Scene
from terms import Fault, Setup

IN_FLIGHT = Setup(latency_ms=10)
SLOW = Setup(latency_ms=600)
SLOW_CALLS = 25
PAUSE_SECONDS = 0.3


def slow_from_the_start(scene: Scene) -> None:
    """Nothing is wrong but the time that an answer takes: nobody may lose a call, nor connect once more."""
    scene.warm(gets=10, writes=5)
    scene.fault_begins()
    scene.settle(SLOW_CALLS)


def turns_slow(scene: Scene) -> None:
    """The same of a server that the client has known as a fast one."""
    scene.warm(gets=10, rate=100, writes=5, write_rate=50)
    scene.fault_begins()
    scene.treat("late")
    scene.settle(SLOW_CALLS)


def paused(scene: Scene) -> None:
    """The server has no time for a while: nothing is answered, no PING either, and nothing is lost."""
    scene.warm(gets=4, rate=100, writes=2, write_rate=50)
    scene.fault_begins()
    with machine.stopped(scene.server):
        scene.hold(PAUSE_SECONDS)
    scene.healed()
    scene.settle(4 * scene.pace.settle_calls)


def restarted(number: int) -> Callable[[Scene], None]:
    def run(scene: Scene) -> None:
        scene.warm()
        scene.fault_begins()
        scene.restart_server(number)
        scene.healed()
        scene.settle()

    return run


def down(mode: str, treatment: str) -> Callable[[Scene], None]:
    """Nobody is there for a while; then somebody is again. Long enough for more than a hundred calls after the first
    second, so that the 99th percentile is not the one call that waits for the first probe."""

    def run(scene: Scene) -> None:
        scene.warm(rate=100, write_rate=20)
        out(scene, mode, treatment, scene.pace.seconds(quick=4, full=10))
        scene.settle()

    return run


def down_for_an_hour(mode: str, treatment: str) -> Callable[[Scene], None]:
    """The same for long, with 100 calls a second by many callers, and the attempts to connect are counted."""

    def run(scene: Scene) -> None:
        scene.warm(gets=16, rate=5, writes=4, write_rate=5)
        seconds = scene.pace.hour
        with counting(scene) as attempts:
            out(scene, mode, treatment, seconds)
            if (tried := attempts()) is not None:
                scene.extra["attempts_per_s"] = round(tried / seconds, 1)
        scene.settle(seconds=PATIENCE)

    return run


def out(scene: Scene, mode: str, treatment: str, seconds: float) -> None:
    scene.fault_begins()
    scene.proxy.listen(mode)
    scene.treat(treatment)
    scene.hold(seconds)
    scene.proxy.listen("accept")
    scene.healed()
    scene.extra["down"] = True


def unknown() -> None:
    """What nobody counts."""


@contextlib.contextmanager
def counting(scene: Scene) -> Iterator[Callable[[], int | None]]:
    """How often the client has tried to connect; None where the machine can't tell."""
    with contextlib.ExitStack() as stack:
        count: Callable[[], int | None] = unknown
        try:
            count = stack.enter_context(machine.attempts_counted(scene.proxy_port))
        except machine.Unavailable as reason:
            scene.notes.append(f"attempts to connect not counted: {reason}")
        yield count


FAULTS = (
    Fault("slow-server", "answers take 600 ms", slow_from_the_start, SLOW),
    Fault("server-turns-slow", "answers take 600 ms all at once", turns_slow, quick=False),
    Fault("server-paused", "the server is stopped for 300 ms", paused, IN_FLIGHT),
    Fault("restart", "the server ends with SIGTERM; a new one", restarted(signal.SIGTERM), IN_FLIGHT),
    Fault("restart-killed", "the server is killed; a new one", restarted(signal.SIGKILL), IN_FLIGHT, quick=False),
    Fault("down-refused", "RST, and refused for a while, 100 calls/s", down("refuse", "reset")),
    Fault("down-silent", "accepted and silent for a while, 100 calls/s", down("silence", "swallow"), quick=False),
    Fault(
        "down-refused-hour", "refused for an hour (60 s stand for it)", down_for_an_hour("refuse", "reset"), quick=False
    ),
    Fault(
        "down-silent-hour",
        "accepted and silent for an hour (60 s stand for it)",
        down_for_an_hour("silence", "swallow"),
        quick=False,
    ),
)
