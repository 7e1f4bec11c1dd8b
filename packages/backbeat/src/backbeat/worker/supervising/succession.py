"""When processes start: at once, or after a pause that grows while they fall one after another."""

import time
from collections.abc import Sequence
from typing import Final

from backbeat.worker.supervising.account import Account
from backbeat.worker.supervising.offspring import Offspring

_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 30.0
# A child that lived that long did not die of what its predecessor died of.
_STEADY_SECONDS: Final = 10.0


class Succession:
    """The processes of one supervisor that are still to be started."""

    def __init__(self, processes: int, account: Account) -> None:
        """Have all of them start at once.

        Args:
            processes: How many there shall be.
            account: Counts those that are replaced.
        """
        self._processes = processes
        self._account = account
        self._moments = [0.0] * processes
        self._pause = _FIRST_PAUSE_SECONDS

    @property
    def moments(self) -> Sequence[float]:
        """Monotonic times at which they are to start."""
        return self._moments

    def take_due(self) -> int:
        """How many are to start now; they are to be started."""
        now = time.monotonic()
        due = [moment for moment in self._moments if moment <= now]
        for moment in due:
            self._moments.remove(moment)
        return len(due)

    def succeed(self) -> None:
        """Let a process have a successor at once."""
        self._succeed_at(0.0)

    def succeed_fallen(self, child: Offspring) -> float:
        """Let a process that fell have a successor after a pause; gives its seconds."""
        # One that came to take jobs died of a job: its neighbours must not wait for that, and
        # `max_stalled` ends it.
        steady = child.ready or child.age >= _STEADY_SECONDS
        pause = _FIRST_PAUSE_SECONDS if steady else self._pause
        self._succeed_at(time.monotonic() + pause)
        self._pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        return pause

    def begin_anew(self) -> None:
        """Have as many start as there shall be, at once, whoever is still there."""
        self._moments = [0.0] * self._processes

    def _succeed_at(self, moment: float) -> None:
        self._moments.append(moment)
        self._account.replaced += 1
