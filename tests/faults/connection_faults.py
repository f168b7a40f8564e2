"""What happens to a connection, or to the server behind it, while a function runs or between two invocations."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import machine
from links import PATIENCE, LinkError
from loopback import HOST
from processes import Program
from relay import AT_A_REPLY, AT_A_REQUEST
from scene import SECOND_ADDRESS, Scene
from terms import Fault, Setup

# One for each of the writes that there are. The server takes 10 ms to answer, so with calls back to back a get and one
# of each write are in flight at any time.
WRITERS = 4
IN_FLIGHT = Setup(latency_ms=10)
IN_FLIGHT_BY_RPC = Setup(latency_ms=10, read_headers=True)


def healthy(scene: Scene) -> None:
    scene.warm()
    scene.fault_begins()
    scene.settle(5 * scene.pace.settle_calls)


def struck(treatment: str, times: int = 1, rpc: str = "") -> Callable[[Scene], None]:
    """Done at one blow, while the server works on a get and on writes; or at the next request, of this RPC."""
    at_once = treatment not in AT_A_REQUEST and treatment not in AT_A_REPLY

    def run(scene: Scene) -> None:
        scene.warm(writes=WRITERS)
        scene.fault_begins()
        scene.treat(treatment, times, in_flight=1 + WRITERS if at_once else 0, rpc=rpc)
        if not scene.proxy.wait_for("fired", 1, PATIENCE):
            raise LinkError(f"{treatment} never came to pass: there were no requests on one connection")
        scene.healed()
        scene.settle()

    return run


def black_hole_without_acks(scene: Scene) -> None:
    scene.warm(writes=WRITERS)
    ports = scene.proxy.state()["client_ports"]
    with machine.packets_lost(ports, scene.proxy_port):
        scene.fault_begins()
        scene.healed()
        scene.settle()
        scene.stop_calls()


def slow(scene: Scene) -> None:
    scene.warm()
    scene.fault_begins()
    scene.treat("slow")
    scene.settle()
    scene.treat("pass")
    scene.healed()
    scene.settle()


def idle_then(prepare: Callable[[Scene], None], treatment: str | None) -> Callable[[Scene], None]:
    """Calls, none for a while, and when they go on the connection is what `treatment` made of it meanwhile."""

    def run(scene: Scene) -> None:
        scene.warm()
        scene.stop_calls()
        if treatment is not None:
            scene.treat(treatment)
        prepare(scene)
        scene.fault_begins()
        scene.healed()
        scene.start_calls()
        scene.settle()

    return run


def hours_pass(scene: Scene) -> None:
    scene.advance_clocks(3)


def a_minute_passes(scene: Scene) -> None:
    scene.advance_clocks(1 / 60)


def seconds_pass(scene: Scene) -> None:
    scene.hold(scene.pace.seconds(quick=2, full=7))


def frozen(
    freeze: Callable[[Program], contextlib.AbstractContextManager[None]],
    treatment: str,
    prepare: Callable[[Scene], None] = seconds_pass,
) -> Callable[[Scene], None]:
    """Between two invocations, as Lambda does it, and the connection is lost before the thaw."""

    def run(scene: Scene) -> None:
        scene.warm()
        scene.stop_calls()
        with freeze(scene.program):
            scene.treat(treatment)
            prepare(scene)
        scene.fault_begins()
        scene.healed()
        scene.start_calls()
        scene.settle()

    return run


def name_moves(scene: Scene) -> None:
    assert scene.name is not None
    scene.warm()
    scene.fault_begins()
    scene.name.point_at(SECOND_ADDRESS)
    scene.proxy.listen("refuse", HOST)
    scene.treat("reset")
    scene.healed()
    scene.settle()


def first_address_goes_silent(scene: Scene) -> None:
    """The name has two addresses. Nobody is behind the first one any more, and its connections are dead."""
    assert scene.name is not None
    scene.name.point_at(HOST, SECOND_ADDRESS)
    scene.warm()
    scene.fault_begins()
    scene.proxy.listen("drop", HOST)
    scene.treat("reset")
    scene.healed()
    scene.settle()


def reconnects(scene: Scene) -> None:
    """Many resets, each after calls that went well; memory, descriptors and threads before and after."""
    scene.warm()
    scene.fault_begins()
    before = machine.resources(scene.program.process_id)
    for done in range(scene.pace.reconnects):
        scene.treat("reset")
        # Counted from the reset on; two may have been answered before it, the third was not.
        if not scene.client.after_calls("get", 3, good=True)(scene.pace.settle_seconds):
            scene.notes.append(f"calls did not go on after reset {done + 1}")
            break
    after = machine.resources(scene.program.process_id)
    scene.healed()
    scene.settle()
    scene.extra |= {f"{what}_growth": after[what] - before[what] for what in before}
    scene.notes.append(f"{scene.pace.reconnects} resets: {before} -> {after}")


PLAIN = (
    Fault("healthy", "nothing happens", healthy),
    Fault("black-hole", "bytes are acknowledged and never answered", struck("swallow"), IN_FLIGHT),
    Fault("black-hole-no-acks", "packets are lost", black_hole_without_acks, IN_FLIGHT),
    Fault("replies-lost", "requests arrive and are executed, no reply comes", struck("mute"), IN_FLIGHT),
    Fault("reset", "RST", struck("reset"), IN_FLIGHT),
    Fault("half-close", "FIN; what is sent is still read", struck("half-close"), IN_FLIGHT, quick=False),
    Fault("cut-mid-frame", "RST in the middle of a reply", struck("cut"), IN_FLIGHT),
    Fault("garbage", "bytes that are no HTTP/2", struck("garbage"), IN_FLIGHT),
    Fault("unknown-frames", "frames of a later version, to be ignored", struck("ignorable"), IN_FLIGHT, quick=False),
    Fault("goaway", "GOAWAY; what is in flight is answered", struck("goaway"), IN_FLIGHT),
    Fault(
        "goaway-unprocessed", "GOAWAY that leaves a get out", struck("goaway-unprocessed", rpc="/Get"), IN_FLIGHT_BY_RPC
    ),
    Fault(
        "rst-refused", "REFUSED_STREAM for a get, up to five times", struck("rst-refused", 5, "/Get"), IN_FLIGHT_BY_RPC
    ),
    Fault(
        "goaway-unprocessed-write",
        "the same, and it is an increment",
        struck("goaway-unprocessed", rpc="/Increment"),
        IN_FLIGHT_BY_RPC,
    ),
    Fault("rst-refused-write", "the same of an increment", struck("rst-refused", rpc="/Increment"), IN_FLIGHT_BY_RPC),
    Fault("rst-internal", "executed, then INTERNAL_ERROR, up to five times", struck("rst-internal", 5), IN_FLIGHT),
    Fault("slow-bytes", "eight bytes each 5 ms", slow, Setup(), quick=False),
    Fault("black-hole-idle", "as above, while no call runs", idle_then(seconds_pass, "swallow"), quick=False),
    Fault("reset-idle", "RST while no call runs", idle_then(seconds_pass, "reset"), quick=False),
    Fault("hours-idle", "three hours by the wall clock, all is well", idle_then(hours_pass, None), Setup(clock=True)),
    Fault(
        "hours-idle-black-hole",
        "three hours, and a load balancer has forgotten the connection",
        idle_then(hours_pass, "swallow"),
        Setup(clock=True),
    ),
    # Long enough to doubt a connection, too short to take it for dead.
    Fault("minute-idle", "a minute by the wall clock", idle_then(a_minute_passes, None), Setup(clock=True)),
    Fault(
        "minute-idle-black-hole",
        "a minute, black hole meanwhile",
        idle_then(a_minute_passes, "swallow"),
        Setup(clock=True),
    ),
    Fault(
        "frozen-minute-black-hole",
        "SIGSTOP for a minute, black hole meanwhile",
        frozen(machine.stopped, "swallow", a_minute_passes),
        Setup(clock=True),
    ),
    Fault("frozen-and-cut", "SIGSTOP, RST meanwhile", frozen(machine.stopped, "reset")),
    Fault("frozen-black-hole", "SIGSTOP, black hole meanwhile", frozen(machine.stopped, "swallow")),
    Fault("frozen-replies-lost", "SIGSTOP, replies are lost meanwhile", frozen(machine.stopped, "mute")),
    Fault("frozen-cgroup", "cgroup freezer, black hole meanwhile", frozen(machine.frozen, "swallow"), quick=False),
    Fault("name-moves", "the name leads to another address", name_moves, Setup(latency_ms=10, moving_name=True)),
    Fault(
        "address-silent",
        "RST; of two addresses the first one drops all packets",
        first_address_goes_silent,
        Setup(latency_ms=10, moving_name=True),
    ),
    Fault("reconnects", "many resets", reconnects, quick=False, official=False),
)

# The same faults with TLS: what differs is what stands between a frame and the socket.
OVER_TLS = ("healthy", "black-hole", "black-hole-idle", "frozen-and-cut", "reset", "goaway")
QUICK_OVER_TLS = ("black-hole", "reset")
FAULTS = (*PLAIN, *(fault.over_tls(fault.name in QUICK_OVER_TLS) for fault in PLAIN if fault.name in OVER_TLS))
