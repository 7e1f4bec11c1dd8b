"""Simulated people for the demo: one sells all the time, others bid, over REST as anybody would."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

from arena.base.people import Person

LOTS: Final = {
    "brass lamp": "Rewired, with its old shade.",
    "box of records": "Forty singles from the estate of a disc jockey, all played, none scratched.",
    "garden chair": "Teak, oiled every spring.",
    "film camera": "A rangefinder with a 50 mm lens. The meter works, the case is worn.",
    "road bicycle": "Steel frame, 58 cm. New chain and tyres.",
    "atlas of 1911": "Complete, with a hand-drawn route through the Baltic by its first owner.",
    "typewriter": "Portable, with a fresh ribbon. The letter e sits a little high.",
    "telescope": "A refractor of 80 mm on a wooden tripod.",
    "set of chess": "Boxwood and ebony. One knight was carved anew, long ago.",
    "wall clock": "Strikes the hours, and can be kept from it.",
}
BIDDERS: Final = 6
OPEN: Final = 4
LASTS_S: Final = (30.0, 75.0)
LOOKS_S: Final = 4.0
BID_PAUSE_S: Final = 1.5
_ITEMS: Final = "/api/auctions/items"
_CENT: Final = Decimal("0.01")


async def simulate(at: str) -> None:
    """Hold auctions and bid on them, until cancelled.

    Args:
        at: Address of the house.
    """
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_sell(at))
        for number in range(BIDDERS):
            tasks.create_task(_bid(at, f"bidder_{number}"))


async def _sell(at: str) -> None:
    async with Person(at, "auctioneer", seed=0) as seller:
        await seller.sign_up()
        while True:
            running = await seller.read(f"{_ITEMS}?limit={OPEN}")
            for _ in range(OPEN - len(running or ())):
                await _hold(seller)
            await asyncio.sleep(LOOKS_S)


async def _hold(seller: Person) -> None:
    now = datetime.now(UTC)
    lasts = timedelta(seconds=seller.chance.uniform(*LASTS_S))
    lot, price = seller.chance.choice(list(LOTS)), seller.chance.randint(1, 40)
    held = await seller.send(
        _ITEMS,
        {
            "title": lot.capitalize(),
            "text": LOTS[lot],
            "category": "demo",
            "startingPrice": f"{price}.00",
            "reservePrice": f"{price * seller.chance.randint(1, 9)}.00",
            "paceMs": 0,
            "startTime": now.isoformat(),
            "endTime": (now + lasts).isoformat(),
            # Bounded, or the bidders would never let one end.
            "softClose": {
                "mode": "reset",
                "windowSeconds": 10,
                "extendSeconds": 10,
                "maxExtensions": 5,
            },
        },
    )
    if held is not None:
        await seller.send(f"{_ITEMS}/{held['state']['auctionId']}/publish", {})


async def _bid(at: str, name: str) -> None:
    async with Person(at, name, seed=0) as bidder:
        await bidder.sign_up()
        while True:
            await asyncio.sleep(bidder.chance.expovariate(1 / BID_PAUSE_S))
            running = await bidder.read(f"{_ITEMS}?limit={OPEN}")
            if running:
                await _bid_on(bidder, bidder.chance.choice(running)["state"])


async def _bid_on(bidder: Person, state: dict[str, Any]) -> None:
    """Bid somewhat more than is needed, unless one leads already."""
    if state["youLead"]:
        return
    most = Decimal(state["minNextBid"]) * Decimal(str(bidder.chance.uniform(1.0, 1.3)))
    body = {"bidId": str(uuid4()), "maxAmount": str(most.quantize(_CENT))}
    await bidder.send(f"{_ITEMS}/{state['auctionId']}/bids", body)
