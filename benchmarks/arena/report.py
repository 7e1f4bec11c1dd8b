"""What one run found."""

import msgspec

from benchmarks.arena.bids import BidFigures
from benchmarks.arena.seals import SealFigures
from benchmarks.arena.viewers import ViewerFigures
from benchmarks.auctions import Figures


class Report(msgspec.Struct):
    """All figures of a run; of parts that were left out there are none.

    Attributes:
        taken_on: The day.
        machine: Where.
        server: The server of the jobs.
        seconds: How long viewers and seals were measured.
        script: Bids through the script, and beside it in plain SQL.
        bids: Over sockets and REST.
        viewers: What viewers wait for.
        seals: How far seals are behind.
        foreign_cores: What other programs took meanwhile, by part.
    """

    taken_on: str
    machine: str
    server: str
    seconds: float
    script: list[Figures] = []
    bids: list[BidFigures] = []
    viewers: ViewerFigures | None = None
    seals: SealFigures | None = None
    foreign_cores: dict[str, float] = {}
