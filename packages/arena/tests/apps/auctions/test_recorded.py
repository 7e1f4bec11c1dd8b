"""Auctions that really happened, held again."""

from pathlib import Path
from typing import Final

import pytest

from arena.apps.auctions.recorded import replay_file

BIDS: Final = Path(__file__).parents[6] / "shared" / "data" / "auctions" / "ebay_bids.csv"
HEAD: Final = "auctionid,bid,bidtime,bidder,openbid,price\n"


def test_bids_of_the_same_time_count_in_the_order_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "bids.csv"
    file.write_text(f"{HEAD}7,20,0.5,B,1,20\n7,20,0.5,C,1,20\n7,10,0.25,A,1,20\n")
    (only,) = replay_file(file)
    assert (only.auction_id, only.bids, only.refused, only.price) == ("7", 3, 0, 2000)
    assert only.reproduced


def test_the_rules_reproduce_what_ebay_recorded() -> None:
    if not BIDS.exists():
        pytest.skip(f"there are no recorded bids at {BIDS}")
    replayed = list(replay_file(BIDS))
    reproduced = sum(auction.reproduced for auction in replayed)
    assert len(replayed) == 300
    assert reproduced / len(replayed) >= 0.925
