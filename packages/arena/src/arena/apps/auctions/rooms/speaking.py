"""What people send over a socket, and what they are answered."""

from typing import Any, Final

from arena.apps.auctions.actions.bidding import offer
from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import history, see
from arena.apps.auctions.actions.showing import State, as_json
from arena.apps.auctions.errors import InvalidTerms
from arena.apps.auctions.rooms.messages import messages, person_of, room_of
from arena.apps.auctions.rooms.viewers import Viewers
from arena.base.sockets import Caller, Sockets

MOST_REPLAYED: Final = 500
MOST_BIDS: Final = 100
MOST_ROOMS: Final = 50


class Rooms:
    """Answers what people send about auctions.

    Bids and results have names in capitals, rooms and viewers `auction:*`. Every event is answered,
    and a bid is told of as `BID_ACCEPTED` or `BID_REJECTED` as well.
    """

    def __init__(self, desk: Desk, sockets: Sockets, viewers: Viewers) -> None:
        """Answer on the sockets of the house.

        Args:
            desk: The stores.
            sockets: Of this process.
            viewers: Is told of who comes to look, and goes.
        """
        self._desk = desk
        self._server = sockets.server
        self._viewers = viewers
        sockets.on("BID_PLACED", self._bid)
        sockets.on("GET_BID_HISTORY", self._history)
        sockets.on("auction:join", self._join)
        sockets.on("auction:leave", self._leave)
        sockets.on("auction:get_viewers", self._count)
        sockets.on_leave(self._gone)

    async def _bid(self, caller: Caller, data: Any) -> dict[str, Any]:
        who, auction_id = caller.who(), _text(data, "auctionId")
        told = as_json(
            await offer(
                self._desk, auction_id, _text(data, "bidId"), str(who.user_id),
                _text(data, "maxAmount"), {"name": who.name},
            )
        )  # fmt: skip
        name = "BID_ACCEPTED" if told["accepted"] else "BID_REJECTED"
        await self._server.emit(name, told, to=caller.sid)
        return told

    async def _history(self, caller: Caller, data: Any) -> dict[str, Any]:
        auction_id = _text(data, "auctionId")
        bids = await history(
            self._desk, auction_id, before_seq=None, limit=MOST_BIDS, viewer=_viewer(caller)
        )
        told = {"auctionId": auction_id, "bids": [as_json(bid) for bid in bids]}
        await self._server.emit("BID_HISTORY", told, to=caller.sid)
        return told

    async def _join(self, caller: Caller, data: Any) -> dict[str, Any]:
        """Enter a room; with `fromSeq`, what happened since then comes as it came to the others."""
        auction_id = _text(data, "auctionId")
        if self._viewers.rooms_of(caller.sid) >= MOST_ROOMS:
            raise InvalidTerms("auctionId", f"one socket looks at {MOST_ROOMS} auctions at most")
        await see(self._desk, auction_id)
        # First into the room, then to look: what happens between the two is told twice, not never.
        await self._server.enter_room(caller.sid, room_of(auction_id))
        if caller.identity is not None:
            await self._server.enter_room(caller.sid, person_of(_viewer(caller) or ""))
        seen = await see(self._desk, auction_id)
        state = as_json(State.of(seen, _viewer(caller)))
        complete = await self._replay(caller, auction_id, data, seen.auction.seq)
        count = await self._viewers.add(auction_id, caller.sid)
        joined = {"state": state, "viewers": count, "complete": complete}
        await self._server.emit("auction:joined", joined, to=caller.sid)
        return joined

    async def _replay(self, caller: Caller, auction_id: str, data: Any, last_seq: int) -> bool:
        """Whether nothing is missing between what they know and the state that they get."""
        known = data.get("fromSeq")
        if known is None or known == last_seq:
            return True
        if not isinstance(known, int) or not 0 <= known < 2**53:
            raise InvalidTerms("fromSeq", "must be the last seq that you know")
        events = await self._desk.live.events(auction_id, known + 1, MOST_REPLAYED)
        for event in events:
            for name, message in messages(event):
                await self._server.emit(name, message, to=caller.sid)
        return bool(events) and events[0].seq == known + 1 and events[-1].seq >= last_seq

    async def _leave(self, caller: Caller, data: Any) -> dict[str, Any]:
        auction_id = _text(data, "auctionId")
        await self._server.leave_room(caller.sid, room_of(auction_id))
        count = await self._viewers.remove(auction_id, caller.sid)
        left = {"auctionId": auction_id, "viewers": count}
        await self._server.emit("auction:left", left, to=caller.sid)
        return left

    async def _count(self, caller: Caller, data: Any) -> dict[str, Any]:
        auction_id = _text(data, "auctionId")
        told = {"auctionId": auction_id, "viewers": await self._viewers.count(auction_id)}
        await self._server.emit("auction:viewer_count", told, to=caller.sid)
        return told

    async def _gone(self, caller: Caller) -> None:
        await self._viewers.remove_everywhere(caller.sid)


def _viewer(caller: Caller) -> str | None:
    return None if caller.identity is None else str(caller.identity.user_id)


def _text(data: Any, name: str) -> str:
    value = data.get(name) if isinstance(data, dict) else None
    if not isinstance(value, str) or not 0 < len(value) <= 100:
        raise InvalidTerms(name, "must be there, as text of up to 100 characters")
    return value
