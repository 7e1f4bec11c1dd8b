"""Bidders over sockets or REST: each one bid after the other, or all at a pace.

    python -m benchmarks.arena.bidders_process < plan.json

Says how long each bid took until it was accepted, as JSON.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any, Literal
from uuid import uuid4

import aiohttp
import msgspec
import uvloop

from benchmarks.arena.socket_client import SocketClient

Place = Callable[[str, str], Awaitable[dict[str, Any]]]
Bid = Callable[[Place, int, float], Coroutine[Any, Any, None]]


class Plan(msgspec.Struct):
    """What to do.

    Attributes:
        at: Address of the house.
        over: How bids go there.
        tokens: One for each bidder.
        auctions: Bid on in turn.
        bids: How many in all.
        first: The first offer, in minor units; each is 1.00 more than the one before.
        per_second: So many are sent, whether or not answers have come. None: each bidder sends one
            when the one before is answered.
    """

    at: str
    over: Literal["sockets", "rest"]
    tokens: list[str]
    auctions: list[str]
    bids: int
    first: int
    per_second: float | None = None


class Outcome(msgspec.Struct):
    """What came of it.

    Attributes:
        took_s: From the first bid to the last answer.
        seconds: Time to the answer of each accepted bid; at a pace, from when it was to be sent.
        refused: How many were not: of bids that are under way together the lower may come later.
        sent: When each accepted bid was sent, or was to be, by its number in the auction. Of one
            auction only.
    """

    took_s: float
    seconds: list[float]
    refused: int
    sent: dict[int, float]


async def main(plan: Plan) -> Outcome:
    """Bid."""
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        places = [await _place_over(plan, session, token) for token in plan.tokens]
        return await _bid(plan, places)


async def _bid(plan: Plan, places: Sequence[Place]) -> Outcome:
    outcome, begun = Outcome(0, [], 0, {}), time.monotonic()

    async def bid(place: Place, number: int, since: float) -> None:
        offer = plan.first + 1_00 * number
        auction_id = plan.auctions[number % len(plan.auctions)]
        answer = await place(auction_id, f"{offer // 100}.{offer % 100:02}")
        if answer["accepted"]:
            outcome.seconds.append(time.monotonic() - since)
            outcome.sent[answer["seq"]] = since
        else:
            outcome.refused += 1

    if plan.per_second is None:
        await _one_after_the_other(plan, places, bid)
    else:
        await _at_a_pace(plan.bids, plan.per_second, begun, places, bid)
    outcome.took_s = time.monotonic() - begun
    return outcome


async def _one_after_the_other(plan: Plan, places: Sequence[Place], bid: Bid) -> None:
    numbers = iter(range(plan.bids))

    async def bidder(place: Place) -> None:
        for number in numbers:
            await bid(place, number, time.monotonic())

    await asyncio.gather(*map(bidder, places))


async def _at_a_pace(
    bids: int, per_second: float, begun: float, places: Sequence[Place], bid: Bid
) -> None:
    """Send each when it is due: who answers late is not spared the next ones."""
    async with asyncio.TaskGroup() as tasks:
        for number in range(bids):
            due = begun + number / per_second
            if (early := due - time.monotonic()) > 0:
                await asyncio.sleep(early)
            tasks.create_task(bid(places[number % len(places)], number, due))


async def _place_over(plan: Plan, session: aiohttp.ClientSession, token: str) -> Place:
    if plan.over == "rest":
        return _over_rest(plan.at, session, token)
    socket = await SocketClient.connect(session, plan.at, token)

    async def place(auction_id: str, amount: str) -> dict[str, Any]:
        bid = {"auctionId": auction_id, "bidId": str(uuid4()), "maxAmount": amount}
        answer: dict[str, Any] = (await socket.call("BID_PLACED", bid))["data"]
        return answer

    return place


def _over_rest(at: str, session: aiohttp.ClientSession, token: str) -> Place:
    headers = {"authorization": f"Bearer {token}"}

    async def place(auction_id: str, amount: str) -> dict[str, Any]:
        bid = {"bidId": str(uuid4()), "maxAmount": amount}
        url = f"{at}/api/auctions/items/{auction_id}/bids"
        async with session.post(url, json=bid, headers=headers) as response:
            answer = await response.json()
        if response.status == 201:
            return dict(answer["data"])
        if response.status == 422:
            return dict(answer["error"]["details"])
        raise RuntimeError(f"a bid was answered with {response.status}: {answer}")

    return place


if __name__ == "__main__":
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(main(plan))))
