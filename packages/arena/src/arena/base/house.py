"""What every application is given: the stores that all share."""

from dataclasses import dataclass

from arena.base.db import Database
from arena.base.settings import ArenaSettings
from backbeat import Backbeat


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The house as one process has it.

    Attributes:
        settings: What the installation says.
        jobs: Declares queues and handlers, and is the way to the server with the hot state.
        database: The data of record.
    """

    settings: ArenaSettings
    jobs: Backbeat
    database: Database
