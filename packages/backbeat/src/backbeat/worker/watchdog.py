"""Names the job and the line that block the event loop, from a thread that is not blocked."""

import asyncio
import logging
import sys
import sysconfig
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from backbeat.worker.pulse import Pulse

logger = logging.getLogger("backbeat.worker.watchdog")

_OURS: Final = __name__.rpartition(".")[0].partition(".")[0] + "."
_LIBRARIES: Final = tuple(
    {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
)

Whose = Callable[["asyncio.Task[Any]"], str | None]


class Watchdog:
    """Watches one event loop from a thread of its own.

    Args:
        pulse: Beaten by the loop.
        warning: Seconds without a beat after which the block is logged.
        whose: Names the job that a task runs, or gives None for any other task.
        on_block: Called in the watchdog's thread at every look at a blocked loop.
    """

    def __init__(
        self,
        pulse: Pulse,
        *,
        warning: float,
        whose: Whose,
        on_block: Callable[[], None],
    ) -> None:
        self._pulse = pulse
        self._warning = warning
        self._whose = whose
        self._on_block = on_block
        self._worst = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="backbeat-watchdog", daemon=True)

    def start(self) -> None:
        """Watch the running event loop, whose thread is this one."""
        self._loop = asyncio.get_running_loop()
        self._watched = threading.get_ident()
        self._pulse.start(self._warning / 4)
        self._thread.start()

    def longest_block(self) -> float:
        """Seconds of the longest block that was logged since this was asked last."""
        worst, self._worst = self._worst, 0.0
        return worst

    def close(self) -> None:
        """Stop watching."""
        self._over.set()
        self._pulse.close()
        if self._thread.is_alive():
            self._thread.join(timeout=1.0)

    def _watch(self) -> None:
        longest = 0.0
        while not self._wait():
            silent = self._pulse.age
            if silent > self._warning:
                if not longest:
                    self._report(silent)
                longest = silent
                self._worst = max(self._worst, silent)
                self._on_block()
            elif longest:
                logger.warning("the event loop turns again after %.1f s", longest)
                longest = 0.0

    def _wait(self) -> bool:
        """Rest between two looks; True when there shall be no further one."""
        interval = self._warning / 2
        while True:
            before = time.monotonic()
            if self._over.wait(interval):
                return True
            stood_still = time.monotonic() - before - interval
            if stood_still < self._warning:
                return False
            # Everybody's clock is late now: the next look tells whether the loop turns.
            logger.warning(
                "this process stood still for %.1f s: the system stopped it, or C code kept the"
                " interpreter to itself",
                stood_still,
            )

    def _report(self, silent: float) -> None:
        task = asyncio.current_task(self._loop)
        place = _place(sys._current_frames().get(self._watched))
        if task is None:
            logger.warning(
                "the event loop has not turned for %.1f s, and it is no job that blocks it: this"
                " machine is overloaded, or a callback blocks at %s",
                silent,
                place,
                extra={"place": place},
            )
            return
        job = self._whose(task)
        logger.warning(
            "%s blocks the event loop for %.1f s at %s: use await, a `def` handler (it runs in a"
            " thread) or mode='process'",
            job or f"task {task.get_name()}, which is no job,",
            silent,
            place,
            extra={"job": job, "place": place},
        )


def _place(frame: FrameType | None) -> str:
    """The innermost line of the application, or of a library where there is none."""
    innermost = frame
    while frame is not None and _is_library(frame):
        frame = frame.f_back
    shown = frame or innermost
    if shown is None:
        return "an unknown place"
    return f"{shown.f_code.co_filename}:{shown.f_lineno} in {shown.f_code.co_name}"


def _is_library(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    return module.startswith(_OURS) or frame.f_code.co_filename.startswith(_LIBRARIES)
