"""What must start anew in a forked child: connections, locks, sessions."""

import os
import weakref
from collections.abc import Callable
from typing import Any, Final

_methods: Final[set["weakref.WeakMethod[Callable[[], None]]"]] = set()
_kept: Final[list[Any]] = []


def after_fork(method: Callable[[], None]) -> None:
    """Call a bound method in every forked child, as long as its object lives.

    Runs before any other code of the child, so there is no other thread and no lock to wait for.
    """
    _methods.add(weakref.WeakMethod(method, _methods.discard))


def keep_unused(thing: object) -> None:
    """Keep what a child inherited and may neither use nor finalise.

    Closing it would reach through shared descriptors into the event loop of the parent.
    """
    if thing is not None:
        _kept.append(thing)


def _in_child() -> None:
    for reference in list(_methods):
        method = reference()
        if method is not None:
            method()


os.register_at_fork(after_in_child=_in_child)
