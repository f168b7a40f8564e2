"""What happens to the token of a warm client: rotated, revoked, expired, with the place it comes from up or down.

The proxy judges: a revoked token is answered UNAUTHENTICATED on the connection that there is, as Momento does it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import machine
from links import PATIENCE, LinkError
from loopback import HOST
from scene import SECOND_ADDRESS, Scene
from terms import Fault, Setup

REVOCABLE = Setup(read_headers=True)
SHORT_LIVED = Setup(read_headers=True, token_ttl_seconds=1)
# From the start of the run: some three seconds of them are left when the client is warm.
EXPIRING = Setup(read_headers=True, key_lives_seconds=6)
STORE_IS_BACK_SECONDS = 2.0
SLOW_STORE_MS = 800
REFUSAL_FORGOTTEN_SECONDS = 15.0


def under_load(scene: Scene) -> None:
    """500 calls a second."""
    scene.warm(gets=4, rate=115, writes=1, write_rate=40)
    scene.extra["loaded"] = True


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


def refreshed(mode: str | None) -> Callable[[Scene], None]:
    """The time to live of a looked-up token is over, again and again; for a while the store is in this mode. The old
    key stays good until its successor has been in use for long."""

    def run(scene: Scene) -> None:
        under_load(scene)
        scene.fault_begins()
        if mode is not None:
            scene.secrets.change({"mode": mode, "delay_ms": SLOW_STORE_MS})
            scene.hold(scene.pace.seconds(quick=2.5, full=6))
        scene.publish(scene.new_key)
        scene.hold(3 * (scene.setup.token_ttl_seconds or 0))
        scene.proxy.revoke(scene.old_key)
        scene.healed()
        settle(scene)

    return run


def overlap(scene: Scene) -> None:
    """A refresh brings a key that is not let in yet; the one before is. Later it is let in, and the one before no more:
    not at the same moment, since a client need not try again at once what was refused."""
    under_load(scene)
    scene.secrets.previous = scene.secret(scene.old_key)
    scene.proxy.revoke(scene.new_key)
    scene.fault_begins()
    scene.publish(scene.new_key)
    scene.hold(scene.pace.seconds(quick=2.5, full=6))
    scene.proxy.admit(scene.new_key)
    if not scene.pace.quick:
        scene.hold(REFUSAL_FORGOTTEN_SECONDS)
        scene.proxy.revoke(scene.old_key)
    scene.healed()
    settle(scene)


def endpoint_moves(scene: Scene) -> None:
    """The new secret names another address, and the old address does not know the new key."""
    under_load(scene)
    scene.fault_begins()
    scene.proxy.revoke(scene.new_key, HOST)
    scene.publish(scene.new_key, SECOND_ADDRESS)
    scene.proxy.revoke(scene.old_key)
    scene.healed()
    settle(scene)


def frozen_in_look_up(scene: Scene) -> None:
    """A refresh is on its way when the function is frozen. An hour later signature and key are too old."""
    under_load(scene)
    scene.secrets.hold()
    if not scene.secrets.wait_until_one_is_held(PATIENCE):
        raise LinkError("the token was not looked up again when its time was over")
    scene.stop_calls()
    with machine.stopped(scene.program):
        scene.advance_clocks(1)
        scene.publish(scene.new_key)
        scene.proxy.revoke(scene.old_key)
        scene.secrets.let_go()
        scene.hold(0.2)
    scene.fault_begins()
    scene.healed()
    scene.start_calls(gets=4, rate=115, writes=1, write_rate=40)
    settle(scene)


def short_lived(name: str, text: str, run: Callable[[Scene], None], clock: bool = False) -> Fault:
    return Fault(name, text, run, replace(SHORT_LIVED, clock=clock), quick=False, official=False)


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
    Fault(
        "token-endpoint-moves",
        "the new secret names another address",
        endpoint_moves,
        Setup(read_headers=True, two_addresses=True),
        official=False,
    ),
    short_lived("token-ttl", "looked up again each second, under load", refreshed(None)),
    short_lived("token-ttl-store-down", "the same with errors for a while", refreshed("internal-error")),
    short_lived("token-ttl-store-slow", "the same with answers after 800 ms", refreshed("slow")),
    short_lived("token-ttl-store-silent", "the same with no answers for a while", refreshed("silent")),
    short_lived("token-overlap", "the new key is not let in yet, AWSPREVIOUS is", overlap),
    short_lived("token-frozen-in-look-up", "SIGSTOP and an hour in a refresh", frozen_in_look_up, clock=True),
)
