"""A plain JavaScript client of Socket.IO plays a whole auction, and hears every event of it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from arena.base.db import Database
from packages.arena.tests.apps.auctions.faults.crowd import becomes
from packages.arena.tests.apps.auctions.live.served import PATIENCE_S, Served
from packages.backbeat.tests.support.javascript import JsClient, js_client
from packages.backbeat.tests.support.proxy import FaultProxy

# The first of them installs the client, over the network where it is new here.
pytestmark = pytest.mark.timeout(480)

Fields = dict[str, Any]

EVENTS: Final[dict[str, set[str]]] = {
    "auction:joined": {"state", "viewers", "complete"},
    "auction:left": {"auctionId", "viewers"},
    "auction:viewer_joined": {"auctionId", "viewers"},
    "auction:viewer_left": {"auctionId", "viewers"},
    "auction:viewer_count": {"auctionId", "viewers"},
    "auction:status_changed": {"auctionId", "seq", "serverTime", "status"},
    "BID_ACCEPTED": {
        "auctionId", "bidId", "accepted", "code", "seq", "price", "youLead", "minNextBid",
        "endTime", "extended", "serverTime",
    },
    "UPDATE_BID": {"auctionId", "seq", "serverTime", "fromSeq", "bid", "endTime"},
    "OUTBID": {"auctionId", "seq", "serverTime", "currentBid"},
    "AUCTION_EXTENDED": {
        "auctionId", "seq", "serverTime", "oldEndTime", "newEndTime", "extendedBy"
    },
    "BID_HISTORY": {"auctionId", "bids"},
    "AUCTION_ENDED": {
        "auctionId", "seq", "serverTime", "outcome", "winnerId", "winningBid", "totalBids",
        "endTime",
    },
}  # fmt: skip
"""What is told, and the fields of each. A bid that is refused is told as one that is accepted."""
EVENTS["BID_REJECTED"] = EVENTS["BID_ACCEPTED"]
BID: Final = {"amount", "bidderId", "leaderId", "timestamp", "totalBids"}


@dataclass
class Player:
    """A JavaScript client, and everything that it has heard, by its name."""

    client: JsClient
    heard: defaultdict[str, "asyncio.Queue[Fields]"] = field(
        default_factory=lambda: defaultdict(asyncio.Queue)
    )
    names: set[str] = field(default_factory=set)
    last: dict[str, Fields] = field(default_factory=dict)

    async def listen(self) -> None:
        """Hear until it is told to stop."""
        while True:
            name, fields = await self.client.hear()
            self.last[name] = fields
            await self.heard[name].put(fields)

    async def hear(self, name: str) -> Fields:
        """The next event of this name, with all its fields."""
        async with asyncio.timeout(PATIENCE_S):
            fields = await self.heard[name].get()
        self.names.add(name)
        # What comes again after a reconnection stands for itself, and so names no first bid.
        optional = {"fromSeq"} if name == "UPDATE_BID" else set()
        assert EVENTS.get(name, set(fields)) - optional <= set(fields), (name, fields)
        return fields

    async def knows(self, name: str, **fields: Any) -> None:
        """Wait until the last event of this name says so, whenever that comes."""
        async with asyncio.timeout(PATIENCE_S):
            while not fields.items() <= self.last.get(name, {}).items():  # noqa: ASYNC110 - see it
                await asyncio.sleep(0.01)

    async def ask(self, event: str, **data: Any) -> Fields:
        """Send something; the answer."""
        await self.client.send(event, data)
        return await self.hear("answer")

    async def bid(self, auction_id: str, most: str) -> Fields:
        """Bid, as a page does that knows only the socket."""
        return await self.ask(
            "BID_PLACED", auctionId=auction_id, bidId=str(uuid4()), maxAmount=most
        )


@asynccontextmanager
async def player(at: str, token: str) -> AsyncIterator[Player]:
    """Somebody who plays by a JavaScript client."""
    async with js_client(at, token, "websocket") as client:
        made = Player(client)
        listening = asyncio.create_task(made.listen())
        try:
            await made.hear("connect")
            yield made
        finally:
            listening.cancel()
            await asyncio.wait([listening])


async def signed_up(served: Served, name: str) -> str:
    """The token of somebody new."""
    body = {"email": f"{name}@example.com", "username": name, "password": "correct horse"}
    async with httpx.AsyncClient(base_url=served.at, timeout=PATIENCE_S) as client:
        answer = await client.post("/api/auth/sign-up", json=body)
    token: str = answer.json()["data"]["token"]
    return token


async def test_a_javascript_client_plays_a_whole_auction(
    served: Served, database: Database
) -> None:
    seller = await served.visit("seller")
    ann_token, bob_token = [await signed_up(served, name) for name in ("ann", "bob")]
    port = httpx.URL(served.at).port
    assert port is not None
    with FaultProxy(("127.0.0.1", port)) as proxy:
        near = f"http://127.0.0.1:{httpx.URL(proxy.url).port}"
        async with player(near, ann_token) as ann, player(served.at, bob_token) as bob:
            auction_id = await _sale(served, seller)
            await _come(ann, bob, auction_id)
            await _bid(ann, bob, auction_id)
            await _lose_the_connection(proxy, ann, bob, auction_id)
            await _outbid(ann, bob, auction_id)
            await _look_back(database, ann, bob, auction_id)
            await _end(ann, bob, auction_id)
            assert ann.names | bob.names >= EVENTS.keys()


async def _sale(served: Served, seller: Any) -> str:
    """It begins in three seconds, and lasts for twenty; the first bid puts the end off."""
    begins = datetime.now(UTC) + timedelta(seconds=3)
    return await served.sale(
        seller, startTime=begins.isoformat(), endTime=(begins + timedelta(seconds=20)).isoformat(),
        paceMs=0, softClose={
            "mode": "append", "windowSeconds": 60, "extendSeconds": 5, "maxExtensions": 1,
        },
    )  # fmt: skip


async def _come(ann: Player, bob: Player, auction_id: str) -> None:
    for number, each in enumerate((ann, bob), start=1):
        await each.ask("auction:join", auctionId=auction_id)
        joined = await each.hear("auction:joined")
        assert (joined["viewers"], joined["complete"]) == (number, True)
    # Of two who come in one moment people are told together.
    while (await ann.hear("auction:viewer_joined"))["viewers"] != 2:
        pass
    for each in (ann, bob):
        assert (await each.hear("auction:status_changed"))["status"] == "active"


async def _bid(ann: Player, bob: Player, auction_id: str) -> None:
    answer = await ann.bid(auction_id, "20.00")
    assert answer == {"success": True, "data": await ann.hear("BID_ACCEPTED")}
    assert (answer["data"]["price"], answer["data"]["extended"]) == ("10.00", True)
    for each in (ann, bob):
        told = await each.hear("UPDATE_BID")
        assert told["bid"].keys() >= BID
        assert (told["bid"]["amount"], told["bid"]["totalBids"]) == ("10.00", 1)
        moved = await each.hear("AUCTION_EXTENDED")
        assert moved["newEndTime"] - moved["oldEndTime"] == moved["extendedBy"] == 5_000
        assert moved["newEndTime"] == told["endTime"] == answer["data"]["endTime"]
    low = await bob.bid(auction_id, "10.25")
    assert low["data"] == await bob.hear("BID_REJECTED")
    assert (low["data"]["code"], low["data"]["minNextBid"]) == ("BID_TOO_LOW", "10.50")
    nothing = await bob.bid("none", "10.25")
    assert nothing["error"].keys() >= {"code", "message"}
    assert nothing["error"]["code"] == "AUCTION_NOT_FOUND"


async def _lose_the_connection(
    proxy: FaultProxy, ann: Player, bob: Player, auction_id: str
) -> None:
    """What is bid while Ann is away comes to her when she is back, with its number."""
    known = (await _state(ann, auction_id))["seq"]
    proxy.drop()
    await ann.hear("disconnect")
    assert (await bob.bid(auction_id, "15.00"))["data"]["price"] == "15.50"
    missed = await bob.hear("UPDATE_BID")
    await ann.hear("connect")
    answer = await ann.ask("auction:join", auctionId=auction_id, fromSeq=known)
    joined = answer["data"]
    assert joined["complete"]
    assert joined["state"]["seq"] == missed["seq"] == known + 1
    told = await ann.hear("UPDATE_BID")
    assert (told["seq"], told["bid"]) == (missed["seq"], missed["bid"])


async def _outbid(ann: Player, bob: Player, auction_id: str) -> None:
    assert (await bob.bid(auction_id, "30.00"))["data"]["youLead"]
    outbid = await ann.hear("OUTBID")
    told = await ann.hear("UPDATE_BID")
    assert (outbid["currentBid"], outbid["seq"]) == (told["bid"]["amount"], told["seq"])
    assert outbid["currentBid"] == "20.50"


async def _look_back(database: Database, ann: Player, bob: Player, auction_id: str) -> None:
    await becomes(database, "SELECT count(*) FROM auction_bids", 3)
    await ann.ask("GET_BID_HISTORY", auctionId=auction_id)
    bids = (await ann.hear("BID_HISTORY"))["bids"]
    assert [(bid["price"], bid["yours"]) for bid in bids] == [
        ("20.50", False), ("15.50", False), ("10.00", True),
    ]  # fmt: skip
    assert [bid["maxAmount"] for bid in bids] == [None, None, "20.00"]
    answer = await ann.ask("auction:get_viewers", auctionId=auction_id)
    assert answer["data"]["viewers"] == 2
    await bob.ask("auction:leave", auctionId=auction_id)
    assert (await bob.hear("auction:left"))["viewers"] == 1
    await ann.knows("auction:viewer_count", viewers=1)
    # Nobody is named who comes and goes within a quarter of a second: once more, slower.
    await bob.ask("auction:join", auctionId=auction_id)
    await ann.knows("auction:viewer_count", viewers=2)
    await bob.ask("auction:leave", auctionId=auction_id)
    while (await ann.hear("auction:viewer_left"))["auctionId"] != auction_id:
        pass
    while (await ann.hear("auction:viewer_count"))["viewers"] != 1:
        pass
    await bob.ask("auction:join", auctionId=auction_id)


async def _end(ann: Player, bob: Player, auction_id: str) -> None:
    leader = (await _state(bob, auction_id))["leader"]
    for each in (ann, bob):
        ended = await each.hear("AUCTION_ENDED")
        assert (ended["winnerId"], ended["winningBid"]) == (leader, "20.50")
        assert (ended["outcome"], ended["totalBids"]) == ("SOLD", 3)
        changed = await each.hear("auction:status_changed")
        assert (changed["status"], changed["seq"]) == ("ended", ended["seq"])
    late = await ann.bid(auction_id, "50.00")
    assert late["data"]["code"] == (await ann.hear("BID_REJECTED"))["code"] == "AUCTION_ENDED"


async def _state(each: Player, auction_id: str) -> Fields:
    answer = await each.ask("auction:join", auctionId=auction_id)
    state: Fields = answer["data"]["state"]
    return state
