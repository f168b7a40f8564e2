"""What happens to the token of a warm client: rotated, revoked, expired, with the place it comes from up or down.

The proxy judges: a revoked token is answered UNAUTHENTICATED on the connection that there is, as Momento does it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from links import PATIENCE
from scene import Fault, Scene, Setup

REVOCABLE = Setup(read_headers=True)
# From the start of the run: some three seconds of them are left when the client is warm.
EXPIRING = Setup(read_headers=True, key_lives_seconds=6)
STORE_IS_BACK_SECONDS = 2.0


def under_load(scene: Scene) -> None:
    """500 calls a second."""
    scene.warm(gets=4, rate=115, writes=1, write_rate=40)


def settle(scene: Scene) -> None:
    scene.settle(500)


def rotated(age_seconds: float) -> Callable[[Scene], None]:
    """`age_seconds`: of the token that is revoked, so that a pause between two look-ups is over, or not."""

    def run(scene: Scene) -> None:
        under_load(scene)
        scene.hold(age_seconds)
        scene.fault_begins()
        scene.publish(scene.new_key)
        scene.proxy.revoke(scene.old_key)
        scene.healed()
        settle(scene)

    return run


def rotated_while_store_is_down(scene: Scene) -> None:
    """Revoked, and Secrets Manager answers errors for a while: the calls must say so, and go on once it is back."""
    under_load(scene)
    scene.fault_begins()
    scene.secrets.change({"mode": "internal-error"})
    scene.proxy.revoke(scene.old_key)
    scene.hold(scene.pace.seconds(quick=1.5, full=5))
    scene.publish(scene.new_key)
    scene.healed()
    settle(scene)


def no_successor(scene: Scene) -> None:
    """Revoked without a new one; a new one comes later. Counts the look-ups of the time between."""
    under_load(scene)
    scene.fault_begins()
    before = scene.lookups()
    scene.proxy.revoke(scene.old_key)
    scene.hold(scene.pace.seconds(quick=1.5, full=5))
    scene.extra["down"] = True
    scene.notes.append(f"{scene.lookups() - before} look-ups while there was no successor")
    scene.publish(scene.new_key)
    scene.healed()
    went_on = scene.client.after_calls("get", 100, good=True)
    if not went_on(PATIENCE):
        scene.notes.append(f"not recovered {PATIENCE:g} s after the successor came")


def expires(store_is_down: bool) -> Callable[[Scene], None]:
    """The key says itself when it ends, its successor is there in time, and the server refuses it from that moment on.
    Whoever refreshes early meets a store that fails, until shortly before the end."""

    def run(scene: Scene) -> None:
        ends = scene.key_ends
        under_load(scene)
        scene.fault_begins()
        if store_is_down:
            scene.secrets.change({"mode": "internal-error"})
            scene.hold(max(0.0, ends - STORE_IS_BACK_SECONDS - time.time()))
        scene.publish(scene.new_key)
        scene.hold(max(0.0, ends - time.time()))
        scene.proxy.revoke(scene.old_key)
        scene.healed()
        settle(scene)

    return run


FAULTS = (
    Fault("token-rotated", "a new secret, the old token revoked, 500 calls/s", rotated(age_seconds=1.5), REVOCABLE),
    Fault("token-rotated-young", "the same, just looked up", rotated(age_seconds=0), REVOCABLE, quick=False),
    Fault(
        "token-rotated-store-down",
        "the same with Secrets Manager failing for a while",
        rotated_while_store_is_down,
        REVOCABLE,
        official=False,
    ),
    Fault("token-no-successor", "revoked; a successor comes later", no_successor, REVOCABLE, official=False),
    Fault(
        "token-expires",
        "the key's own exp passes, the successor was there before",
        expires(store_is_down=False),
        EXPIRING,
        quick=False,
        official=False,
    ),
    Fault(
        "token-expires-store-down",
        "the same, and Secrets Manager fails until two seconds before",
        expires(store_is_down=True),
        EXPIRING,
        quick=False,
        official=False,
    ),
)
