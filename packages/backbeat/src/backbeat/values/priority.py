"""How urgent a job is."""

from enum import IntEnum


class Priority(IntEnum):
    """Named levels; larger is more urgent. Any whole number from 0 to 10 is a priority."""

    MAINTENANCE = 1
    LOW = 3
    NORMAL = 5
    HIGH = 7
    CRITICAL = 10
