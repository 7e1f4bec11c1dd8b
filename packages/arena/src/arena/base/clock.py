"""What time it is: instants are whole milliseconds of UTC, and who decides by them is given one."""

import time
from collections.abc import Callable

Clock = Callable[[], int]


def now_ms() -> int:
    """Milliseconds since 1970 in UTC, by the clock of this machine."""
    return time.time_ns() // 1_000_000
