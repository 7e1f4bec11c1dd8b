"""The statistics of counted draws, in the form of upstream's own analysis file. Pure."""

import datetime as dt
from collections.abc import Mapping

import msgspec

from examples.draws.classes import RED_BALL, sum_classes
from examples.draws.csv_file import format_date

Tally = Mapping[str, Mapping[str, int]]


class Share(msgspec.Struct, frozen=True):
    """A class and its part of all draws, as a percentage of two decimals ("32.23%")."""

    type: str
    pct: str


class WhiteBalls(msgspec.Struct, frozen=True):
    """The distributions of the white balls, the most frequent class first."""

    even_odd: list[Share]
    low_high: list[Share]
    consecutive: list[Share]
    sum_distribution: list[Share]
    even_odd_lo_hi: list[Share]
    even_odd_consecutive: list[Share]
    lo_hi_consecutive: list[Share]
    even_odd_lo_hi_consecutive: list[Share]


class Analysis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What upstream publishes: the fields, their names and their order are upstream's."""

    updated_date: str
    total_draws: int
    white_balls: WhiteBalls
    red_ball_hotness: list[Share]

    def distributions(self) -> dict[str, list[Share]]:
        """Every distribution by its name."""
        whites = {name: getattr(self.white_balls, name) for name in WhiteBalls.__struct_fields__}
        return {**whites, RED_BALL: self.red_ball_hotness}


def analyse(tally: Tally, *, draws: int, last: dt.date) -> Analysis:
    """The analysis of a tally.

    Args:
        tally: How many draws each class of each distribution has.
        draws: How many draws were counted.
        last: Day of the newest one.
    """
    whites = {name: _shares(tally.get(name, {}), draws) for name in WhiteBalls.__struct_fields__}
    # Upstream lists every step of the sums, also those that no draw fell into.
    sums = dict.fromkeys(sum_classes(), 0) | dict(tally.get("sum_distribution", {}))
    whites["sum_distribution"] = _shares(sums, draws)
    return Analysis(
        updated_date=format_date(last),
        total_draws=draws,
        white_balls=WhiteBalls(**whites),
        red_ball_hotness=_shares(tally.get(RED_BALL, {}), draws),
    )


def _shares(counts: Mapping[str, int], draws: int) -> list[Share]:
    """Most frequent first; equal ones by their text, so that the order is always the same."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Share(name, f"{count / draws * 100:.2f}%") for name, count in ranked]
