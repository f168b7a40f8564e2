"""What to do before a snapshot of the process is taken and after it is restored.

Where a function starts with SnapStart, Lambda's runtime does both by itself: the clients' module tells
its `snapshot_restore_py`, if there is one. Elsewhere a program calls them.
"""

from __future__ import annotations

from momento_lambda import _native


def before_snapshot() -> None:
    """Lets every client let go of its token and connection, and waits until the sockets are closed.

    The clients stay usable. Calls under way hold their connections, for a second at most.
    """
    _native.before_snapshot()


def after_restore() -> None:
    """Says that this process was restored from a snapshot, or cloned in another way.

    Returns at once. No client trusts what it had: tokens are looked up again and connections made,
    beginning in the background, and random numbers get another seed.
    """
    _native.after_restore()


def register() -> None:
    """Tells Lambda's runtime of both."""
    try:
        # Lambda's runtime brings it; elsewhere it may be missing.
        from snapshot_restore_py import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            register_after_restore,
            register_before_snapshot,
        )
    except ImportError:
        return
    register_before_snapshot(before_snapshot)
    register_after_restore(after_restore)
