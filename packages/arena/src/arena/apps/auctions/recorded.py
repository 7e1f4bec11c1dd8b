"""Auctions that others have recorded, bid by bid: what the rules make of them, and what happened.

The file is CSV with the columns `auctionid`, `bid` (a maximum), `bidtime` (days since the start),
`bidder`, `openbid` and `price` (the recorded end).
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from arena.apps.auctions.model.bids import Bid
from arena.apps.auctions.model.replaying import Timed, replay
from arena.apps.auctions.model.soft_close import DAY_MS, SoftClose
from arena.apps.auctions.model.terms import Terms
from arena.base.money import USD, Money

Row = dict[str, str]

START_MS: Final = 1
LONGEST_MS: Final = 30 * DAY_MS


@dataclass(frozen=True, slots=True)
class Replayed:
    """One recorded auction, held again by our rules.

    Attributes:
        auction_id: Its id in the file.
        bids: How many bids the file has of it.
        refused: How many of them our rules refuse.
        recorded: The price that the file gives, in minor units.
        price: The price that our rules give.
    """

    auction_id: str
    bids: int
    refused: int
    recorded: int
    price: int

    @property
    def reproduced(self) -> bool:
        """Whether our rules lead to the recorded price."""
        return self.price == self.recorded


def replay_file(path: Path) -> Iterator[Replayed]:
    """Hold every auction of a file again, in the order of the file.

    Raises:
        OSError: The file cannot be read.
        KeyError: A column is missing.
        InvalidAmount: A price or bid is no amount.
    """
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            groups[row["auctionid"]].append(row)
    return (_replayed(auction_id, rows) for auction_id, rows in groups.items())


def _replayed(auction_id: str, rows: list[Row]) -> Replayed:
    first = rows[0]
    terms = Terms(
        seller="",
        start_at_ms=START_MS,
        end_at_ms=START_MS + LONGEST_MS,
        starting_price=_cents(first["openbid"]),
        soft_close=SoftClose(mode="none"),
    )
    result = replay(terms, _in_order(rows))
    return Replayed(
        auction_id=auction_id,
        bids=len(rows),
        refused=len(result.refused),
        recorded=_cents(first["price"]),
        price=result.auction.price,
    )


def _in_order(rows: Iterable[Row]) -> list[Timed]:
    """The bids by time; those of the same time in the order of the file, as sorting is stable."""
    timed = [
        Timed(Bid(str(number), row["bidder"], _cents(row["bid"])), _at_ms(row))
        for number, row in enumerate(rows)
    ]
    return sorted(timed, key=lambda one: one.at_ms)


def _cents(text: str) -> int:
    return Money.parse(text, USD).amount


def _at_ms(row: Row) -> int:
    return START_MS + int(Decimal(row["bidtime"]) * DAY_MS)
