"""What meets a client at its start: nobody answers, or the place of the token does not, or it is frozen meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import machine
from links import PATIENCE, LinkError
from loopback import HOST
from scene import SECOND_ADDRESS, Scene
from terms import Fault, Setup

CONSTRUCTOR_SECONDS = 40.0  # the official ones block 20 and 30 s


def first_calls(scene: Scene, heal: Callable[[], None]) -> None:
    """Construct, one call into the fault, heal, then more calls."""
    scene.fault_begins()
    made = scene.make(scene.pace.seconds(quick=3, full=CONSTRUCTOR_SECONDS))
    if not made:
        heal()
        return
    first = scene.client.after_calls("get", 1, good=False)
    scene.start_calls(writes=0, calls=1)
    if not first(PATIENCE):
        scene.notes.append(f"the first call had not ended after {PATIENCE:g} s")
    scene.stop_calls()
    heal()
    scene.healed()
    scene.start_calls(writes=0, rate=100)
    scene.settle(20)


def silent_momento(scene: Scene) -> None:
    scene.proxy.listen("silence")
    first_calls(scene, lambda: scene.proxy.listen("accept"))


def refusing_momento(scene: Scene) -> None:
    scene.proxy.listen("refuse")
    first_calls(scene, lambda: scene.proxy.listen("accept"))


def silent_store(scene: Scene) -> None:
    scene.secrets.change({"mode": "silent"})
    first_calls(scene, lambda: scene.publish(scene.old_key))


def failing_store(scene: Scene) -> None:
    scene.secrets.change({"mode": "internal-error"})
    first_calls(scene, lambda: scene.publish(scene.old_key))


def malformed_secret(scene: Scene) -> None:
    scene.secrets.change({"secret_string": scene.secret(scene.old_key)[:-1]})
    first_calls(scene, lambda: scene.publish(scene.old_key))


def first_address_is_silent(scene: Scene) -> None:
    """The name has two addresses, and nobody is behind the first one."""
    assert scene.name is not None
    scene.name.point_at(HOST, SECOND_ADDRESS)
    scene.proxy.listen("drop", HOST)
    goes_well(scene)


def current_key_refused(scene: Scene) -> None:
    """In the middle of a rotation: the new key is in the secret, and Momento lets only the old one in."""
    scene.secrets.previous = scene.secret(scene.old_key)
    scene.proxy.revoke(scene.new_key)
    scene.publish(scene.new_key)
    goes_well(scene)


def frozen_in_look_up(scene: Scene) -> None:
    """INIT ends while the look-up is on its way; the first call comes an hour later. AWS refuses the old signature."""
    scene.secrets.hold()
    if not scene.make():
        return
    if not scene.secrets.wait_until_one_is_held(PATIENCE):
        raise LinkError("no look-up began with the constructor")
    with machine.stopped(scene.program):
        scene.advance_clocks(1)
        scene.secrets.let_go()
        scene.hold(0.2)
    begin(scene)


def goes_well(scene: Scene) -> None:
    """Nobody need wait for anything to be healed."""
    if scene.make(scene.pace.seconds(quick=3, full=CONSTRUCTOR_SECONDS)):
        begin(scene)


def begin(scene: Scene) -> None:
    scene.fault_begins()
    scene.healed()
    scene.start_calls(rate=100)
    scene.settle()


TWO_ADDRESSES = Setup(moving_name=True)
ROTATED = Setup(read_headers=True)
SILENT = Fault("start-silent", "Momento accepts and says nothing", silent_momento, Setup())
FAULTS = (
    SILENT,
    SILENT.over_tls(),
    Fault("start-refused", "Momento refuses connections", refusing_momento, Setup(), quick=False),
    Fault("start-store-silent", "Secrets Manager accepts and says nothing", silent_store, Setup(), official=False),
    Fault("start-store-fails", "Secrets Manager answers errors", failing_store, Setup(), quick=False, official=False),
    Fault("start-secret-malformed", "the secret is cut off", malformed_secret, Setup(), quick=False, official=False),
    Fault("start-address-silent", "of two addresses the first is silent", first_address_is_silent, TWO_ADDRESSES),
    Fault("start-overlap", "AWSCURRENT is not let in yet", current_key_refused, ROTATED, official=False),
    Fault(
        "start-frozen-in-look-up",
        "SIGSTOP and an hour with the look-up on its way",
        frozen_in_look_up,
        Setup(clock=True),
        official=False,
    ),
)
