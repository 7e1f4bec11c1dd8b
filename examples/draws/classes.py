"""What is counted: the class of a draw in each distribution. Pure: no I/O, no clock."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from examples.draws.draw import HIGHEST_WHITE, WHITE_BALLS, Draw

# The lower half is one ball smaller than the upper: 1..34 and 35..69.
HIGHEST_LOW: Final = HIGHEST_WHITE // 2
SUM_STEP: Final = 50
SUM_STEPS: Final = 7

RED_BALL: Final = "red_ball_hotness"


def classes_of(draw: Draw) -> Iterator[tuple[str, str]]:
    """Each distribution that a draw counts in, with its class there, written as upstream does."""
    whites = draw.white_balls
    parity, half, runs = even_odd(whites), low_high(whites), consecutive(whites)
    yield "even_odd", _alone(parity)
    yield "low_high", _alone(half)
    yield "consecutive", _alone(runs)
    yield "sum_distribution", sum_class(sum(whites))
    yield "even_odd_lo_hi", _joined(parity, half)
    yield "even_odd_consecutive", _joined(parity, runs)
    yield "lo_hi_consecutive", _joined(half, runs)
    yield "even_odd_lo_hi_consecutive", _joined(parity, half, runs)
    yield RED_BALL, str(draw.red_ball)


def even_odd(whites: tuple[int, ...]) -> tuple[int, int]:
    """How many white balls are even, and how many odd."""
    even = sum(ball % 2 == 0 for ball in whites)
    return even, WHITE_BALLS - even


def low_high(whites: tuple[int, ...]) -> tuple[int, int]:
    """How many white balls lie in the lower half of the drum, and how many in the upper."""
    low = sum(ball <= HIGHEST_LOW for ball in whites)
    return low, WHITE_BALLS - low


def consecutive(whites: tuple[int, ...]) -> tuple[int, ...]:
    """Length of each run of neighbours less one, from the lowest; (0,) when there is no run.

    4, 5, 9, 10, 11 has a run of two and a run of three: (1, 2).
    """
    runs: list[int] = []
    length = 0
    for lower, higher in pairwise(sorted(whites)):
        if higher == lower + 1:
            length += 1
        elif length:
            runs.append(length)
            length = 0
    if length:
        runs.append(length)
    return tuple(runs) or (0,)


def sum_class(total: int) -> str:
    """The step of fifty that a sum lies in, without its lower and with its upper bound."""
    lower = (total - 1) // SUM_STEP * SUM_STEP
    return f"({lower}, {lower + SUM_STEP}]"


def sum_classes() -> list[str]:
    """Every step there is: upstream lists the empty ones too."""
    return [sum_class(step * SUM_STEP) for step in range(1, SUM_STEPS + 1)]


def _alone(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))


def _joined(*parts: tuple[int, ...]) -> str:
    return ",".join(map(str, parts))
