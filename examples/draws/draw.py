"""What a draw is. Pure: no I/O, no clock."""

import datetime as dt
from typing import Annotated, Final

import msgspec

WHITE_BALLS: Final = 5
HIGHEST_WHITE: Final = 69
HIGHEST_RED: Final = 26

White = Annotated[int, msgspec.Meta(ge=1, le=HIGHEST_WHITE)]
Red = Annotated[int, msgspec.Meta(ge=1, le=HIGHEST_RED)]
PowerPlay = Annotated[str, msgspec.Meta(pattern=r"^(2|3|4|5|10)X$")]


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """One draw of the game: five different white balls, one red ball, a multiplier.

    Attributes:
        date: Day of the draw.
        white_balls: Five different numbers from 1 to 69.
        red_ball: A number from 1 to 26; may equal a white one.
        power_play: The multiplier of that day: 2X, 3X, 4X, 5X or 10X.
    """

    date: dt.date
    white_balls: tuple[White, White, White, White, White]
    red_ball: Red
    power_play: PowerPlay

    def __post_init__(self) -> None:
        """Refuse a ball that was drawn twice: the type alone cannot say it."""
        if len(set(self.white_balls)) < WHITE_BALLS:
            raise ValueError("a white ball is drawn twice")
