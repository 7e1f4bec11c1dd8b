"""Whose clock decides: that of the server of the bids, whatever a process believes."""

import time
from uuid import uuid4

import pytest

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bids import Bid
from arena.apps.auctions.store.live import LiveStore
from arena.base.clock import now_ms
from backbeat import Backbeat
from packages.arena.tests.apps.auctions.sale import HOUR_MS, terms


@pytest.mark.parametrize("ahead_s", [-7_200, 0.2, 7_200])
async def test_a_process_whose_clock_is_wrong_bids_at_the_servers_time(
    url: str, monkeypatch: pytest.MonkeyPatch, ahead_s: float
) -> None:
    right, right_ns, auction_id = time.time, time.time_ns, str(uuid4())
    begun_ms = now_ms()
    held = terms(start_at_ms=begun_ms, end_at_ms=begun_ms + HOUR_MS)
    async with Backbeat(url) as app:
        live = LiveStore(app)
        await live.open(auction_id, Auction.on(held))
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda: right() + ahead_s)
            patch.setattr(time, "time_ns", lambda: right_ns() + round(ahead_s * 1e9))
            placed = await live.place(auction_id, Bid("one", "ann", 20_00))
        assert placed.answer.accepted
        assert begun_ms <= placed.at_ms <= now_ms()
