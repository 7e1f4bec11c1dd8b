"""Synthetic draws: the same seed gives the same draws, in the format of the real ones."""

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Final

from examples.draws.draw import HIGHEST_RED, HIGHEST_WHITE, WHITE_BALLS, Draw

FIRST_DAY: Final = dt.date(2015, 10, 7)
# Mondays came later in the real game; here they are drawn on from the start.
DRAW_DAYS: Final = (0, 2, 5)
# How often each multiplier is among 42 (43 with 10X, which small jackpots have).
POWER_PLAYS: Final = {"2X": 24, "3X": 13, "4X": 3, "5X": 2, "10X": 1}


def synthetic_draws(seed: int) -> Iterator[Draw]:
    """Draws from 7 October 2015 on, as many as the calendar has days for.

    Args:
        seed: Decides every number; the days are the same for all seeds.
    """
    random = Random(seed)
    for date in _days():
        yield _draw(random, date)


def _days() -> Iterator[dt.date]:
    for ordinal in range(FIRST_DAY.toordinal(), dt.date.max.toordinal() + 1):
        date = dt.date.fromordinal(ordinal)
        if date.weekday() in DRAW_DAYS:
            yield date


def _draw(random: Random, date: dt.date) -> Draw:
    a, b, c, d, e = sorted(random.sample(range(1, HIGHEST_WHITE + 1), WHITE_BALLS))
    [power_play] = random.choices(list(POWER_PLAYS), weights=list(POWER_PLAYS.values()))
    red = random.randint(1, HIGHEST_RED)
    return Draw(date=date, white_balls=(a, b, c, d, e), red_ball=red, power_play=power_play)
