"""Noticing that another server has taken the place of the one that we are connected to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

# All connections of one transport look together: so often while a wait goes on that may be long,
LOOK_S: Final = 1.0
# and so often while a call has no answer that should have come at once.
IN_DOUBT_S: Final = 0.5
# Whoever waits learns so soon what any other connection has found out.
HEAR_S: Final = 0.25


@dataclass(frozen=True)
class Lookout:
    """Looks around for one connection, now and then while an answer is waited for.

    A primary that was frozen or cut off does not say that it has been replaced.

    Attributes:
        moved: Whether another server has taken its place, as far as is known. Asks nobody.
        fresh: Whether somebody has looked less than so many seconds ago.
        look: Looks, unless it is `fresh` or somebody does already. May block; raises nothing.
    """

    moved: Callable[[], bool]
    fresh: Callable[[float], bool]
    look: Callable[[float], None]
