"""Bids as the server of the jobs holds them, read part by part: there may be any number of them."""

import re
from typing import Final

from arena.apps.auctions.model.bids import Bid
from arena.apps.auctions.model.retracting import Accepted
from arena.apps.auctions.store.live import LiveStore

_ACCEPTED: Final = re.compile(r"(.*)\|(\d+)\|ACCEPTED\|(\d+)\|", re.DOTALL)


async def held_bids(live: LiveStore, auction_id: str) -> dict[str, Accepted]:
    """Bids that were accepted since an auction is held, by their ids.

    What comes while they are read may be among them, or not.
    """
    found: dict[str, Accepted] = {}
    async for flat in live.scan_bids(auction_id, "answers"):
        for bid_id, answer in zip(flat[::2], flat[1::2], strict=True):
            if (accepted := _ACCEPTED.match(answer.decode())) is not None:
                bidder, offer, seq = accepted.groups()
                bid = Bid(bid_id.decode(), bidder, int(offer))
                found[bid.id] = Accepted(bid, int(seq))
    return found


async def held_retractions(live: LiveStore, auction_id: str) -> set[str]:
    """Ids of the bids that were taken back since an auction is held."""
    return {
        bid_id.decode()
        async for bid_ids in live.scan_bids(auction_id, "retracted")
        for bid_id in bid_ids
    }
