"""When a process that ended by itself is started again: pure, told the time."""

from typing import Final

MOST_ENDS: Final = 5
WITHIN_S: Final = 60.0
_FIRST_S: Final = 0.5
_LONGEST_S: Final = 10.0


class Restarts:
    """The restarts of one process: 0.5 s after its end, twice as long each time, and not for ever.

    Ends that are more than a minute ago do not count any more.
    """

    def __init__(self) -> None:
        """It has not ended yet."""
        self._ends: list[float] = []

    def after(self, now: float) -> float | None:
        """Seconds until the next start; None after the fifth end within a minute: it is given up.

        Args:
            now: When it ended, in seconds of a clock that only goes forward.
        """
        self._ends = [end for end in self._ends if end > now - WITHIN_S] + [now]
        if len(self._ends) >= MOST_ENDS:
            return None
        return float(min(_FIRST_S * 2 ** (len(self._ends) - 1), _LONGEST_S))
