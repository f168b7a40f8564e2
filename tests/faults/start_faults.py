"""What meets a client at its start: nobody answers, or the place of the token does not."""

from __future__ import annotations

from collections.abc import Callable

from links import PATIENCE
from scene import Fault, Scene, Setup

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


FAULTS = (
    Fault("start-silent", "Momento accepts and says nothing", silent_momento, Setup()),
    Fault("start-refused", "Momento refuses connections", refusing_momento, Setup(), quick=False),
    Fault("start-store-silent", "Secrets Manager accepts and says nothing", silent_store, Setup(), official=False),
    Fault("start-store-fails", "Secrets Manager answers errors", failing_store, Setup(), quick=False, official=False),
)
