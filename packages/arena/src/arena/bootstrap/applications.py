"""Every application of the house, and every recording that one of them holds again.

Nothing else names an application.
"""

from typing import Final

from arena.apps.auctions import auctions
from arena.apps.auctions.recorded import replay_file
from arena.base.replaying import Replay
from arena.house import Application

APPLICATIONS: Final[tuple[Application, ...]] = (auctions,)
REPLAYS: Final[dict[str, Replay]] = {"auctions": replay_file}
