"""Noticing that another server has taken the place of the one that we are connected to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

# All connections of one transport look together, so often.
LOOK_S: Final = 1.5


@dataclass(frozen=True)
class Lookout:
    """Looks around for one connection, now and then while an answer is waited for.

    A primary that was frozen or cut off does not say that it has been replaced.

    Attributes:
        moved: Whether another server has taken its place. May block; raises nothing.
        due: Seconds until looking would tell something new; 0 or less where it would now.
    """

    moved: Callable[[], bool]
    due: Callable[[], float]
