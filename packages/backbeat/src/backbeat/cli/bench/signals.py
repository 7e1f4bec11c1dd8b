"""Ending early and leaving nothing behind: when Ctrl-C and SIGTERM may break in."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_ENDING: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does: by KeyboardInterrupt, so that everything is undone."""
    if not _in_main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait for the end of the block.

    A process that is being started belongs to nobody until its `Popen` is at hand.
    """
    if not _in_main_thread():
        yield
        return
    came: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        came.append(number)

    before = [signal.signal(number, note) for number in _ENDING]
    try:
        yield
    finally:
        for number, handler in zip(_ENDING, before, strict=True):
            signal.signal(number, handler)
    if came:
        signal.raise_signal(came[0])


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
