"""Auctions while people bid on them, on the server of the jobs: one atomic step each.

Auctions are spread over slots; those of one slot share its outbox, so that one reader brings on the
events of many. A slot is a slot of a cluster too.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from zlib import crc32

import msgspec

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bids import Answer, Bid, Code
from arena.apps.auctions.model.events import Event, EventKind
from arena.apps.auctions.model.retracting import Retraction
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.store.fields import Held, pack, unpack
from backbeat import Backbeat
from backbeat.app import Entry as StreamEntry
from backbeat.app import Follower

LUA: Final = Path(__file__).parents[1] / "lua"

SLOTS: Final = tuple(f"slot-{number}" for number in range(16))
"""Never change their number while auctions are live: they would be looked for elsewhere."""


MOST_AT_HAND: Final = 10_000


def slot_of(auction_id: str) -> str:
    """Where an auction is held; the same in every process."""
    return SLOTS[crc32(auction_id.encode()) % len(SLOTS)]


@dataclass(frozen=True, slots=True)
class Placed:
    """The answer to a bid, and the server's time at which it was given."""

    answer: Answer
    at_ms: int


@dataclass(frozen=True, slots=True)
class Seen:
    """An auction as it was at one moment of the server's, and the currency of its amounts."""

    id: str
    auction: Auction
    currency: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Look:
    """How many look at an auction, and how many did before."""

    auction_id: str
    viewers: int
    before: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in the outbox, and its place there."""

    id: bytes
    event: Event


class LiveStore:
    """The scripts of the folder `lua`, by what they do."""

    def __init__(self, app: Backbeat) -> None:
        """Run on the server of an application; connects at the first call."""
        self._scripts = app.scripts(LUA, "auctions")
        self._currencies: OrderedDict[str, str] = OrderedDict()

    async def place(self, auction_id: str, bid: Bid, origin: str = "") -> Placed:
        """Judge a bid and let it count if it may. Sent again it is told the same.

        Args:
            auction_id: The auction.
            bid: The bid.
            origin: Where it came from, for its row.

        Raises:
            OutcomeUnknown: It was never answered: place the same bid again.
        """
        amount = str(bid.max_amount)
        told, at_ms = await self._run("place_bid", auction_id, bid.id, bid.bidder, amount, origin)
        return Placed(_answer(told.decode()), at_ms)

    async def open(
        self,
        auction_id: str,
        auction: Auction,
        *,
        currency: str = "USD",
        deposit: bool = False,
        blocked: Collection[str] = (),
    ) -> bool:
        """Hold an auction; False where it is held already, which is left as it is."""
        held = pack(Held(auction, currency, deposit))
        said = await self._run(
            "open_auction", auction_id, auction.end_at_ms, *held, *sorted(blocked)
        )
        return bool(said == b"opened")

    async def start(self, auction_id: str) -> Status | None:
        """Let an auction be active if its start has come; its status, None if it is not held."""
        status, _ = await self._run("start_auction", auction_id)
        return _status(status)

    async def finish(self, auction_id: str) -> tuple[Status, int, int] | None:
        """End an auction if its end has come: its status, its end, the time; None if not held."""
        status, end_at_ms, at_ms = await self._run("finish_auction", auction_id)
        return (Status(status.decode()), int(end_at_ms), at_ms) if status else None

    async def cancel(self, auction_id: str, reason: str) -> Status | None:
        """Call an auction off unless it has ended; its status, None if it is not held."""
        return _status(await self._run("cancel_auction", auction_id, reason))

    async def retract(self, auction_id: str, retraction: Retraction, reason: str) -> str:
        """Let a bid count no more while the auction is active, and judge what came meanwhile.

        Args:
            auction_id: The auction.
            retraction: The bid, and what the others make of the auction.
            reason: Why.

        Returns:
            RETRACTED, KNOWN where it was before, MOVED where what came meanwhile was too much or is
            to be judged with all others, else the status of the auction; "" if it is not held.
        """
        bid, left = retraction.bid, retraction.left
        said = await self._run(
            "retract_bid", auction_id, bid.id, bid.bidder, reason, retraction.seq,
            left.leader or "", left.leader_max, left.price, left.bid_count,
        )  # fmt: skip
        return str(said.decode())

    async def block(self, auction_id: str, bidder: str, *, may_bid: bool = False) -> bool:
        """Let somebody not bid any more, or again; False where the auction is not held."""
        return bool(await self._run("block_bidder", auction_id, bidder, int(may_bid)))

    async def note_deposit(self, auction_id: str, bidder: str) -> bool:
        """Let somebody bid whose deposit is held; False where the auction is not held."""
        return bool(await self._run("note_deposit", auction_id, bidder))

    async def read(self, auction_id: str) -> Seen | None:
        """An auction as it is now; None if it is not held."""
        terms, state, at_ms = await self._run("read_state", auction_id)
        if terms is None:
            return None
        held = unpack(terms, state)
        self._currencies[auction_id] = held.currency
        if len(self._currencies) > MOST_AT_HAND:
            self._currencies.popitem(last=False)
        return Seen(auction_id, held.auction, held.currency, at_ms)

    async def currency(self, auction_id: str) -> str | None:
        """The currency of an auction, which never changes; None if it is not known here.

        Of the last 10,000 auctions that were read it is kept at hand, so that a bid is one call.
        """
        if auction_id not in self._currencies:
            await self.read(auction_id)
        return self._currencies.get(auction_id)

    async def events(self, auction_id: str, from_seq: int, limit: int = 1_000) -> list[Event]:
        """Events from a number on, as far as they are kept, in their order."""
        rows = await self._run("read_events", auction_id, from_seq, limit)
        return [_event(flat[1]) for _, flat in rows]

    async def scan_bids(
        self, auction_id: str, what: Literal["answers", "retracted"]
    ) -> AsyncIterator[list[bytes]]:
        """What is held of the bids of an auction, some hundreds a step; see `held_bids`."""
        cursor = b"0"
        while True:
            cursor, part = await self._run("scan_bids", auction_id, what, cursor)
            yield part
            if cursor == b"0":
                return

    async def relay(
        self, slot: str, owner: str, brought: bytes, *, limit: int, lease_ms: int
    ) -> list[Entry] | None:
        """Note down up to where events were brought on, and get the next ones.

        Args:
            slot: Whose outbox.
            owner: Who asks; nobody else gets any until the lease is over, or none is left.
            brought: Id of the last entry that was brought on; empty for none.
            limit: How many at most.
            lease_ms: Time to bring them on in; after it another may do so, too.

        Returns:
            The next entries; None while another one brings them on.
        """
        rows = await self._scripts.run("relay_outbox", slot, owner, lease_ms, limit, brought)
        return None if rows is None else [Entry(place, _event(flat[1])) for place, flat in rows]

    async def viewers(self, auction_id: str, process: str, here: int, *, good_s: float) -> int:
        """Say how many look at an auction through this process, and get how many do in all.

        Args:
            auction_id: The auction.
            process: Who says so.
            here: How many.
            good_s: Seconds for which it counts, unless it is said again.
        """
        good_ms = round(good_s * 1_000)
        return int(await self._run("count_viewers", auction_id, process, here, good_ms))

    def follow_viewers(self) -> Follower:
        """How many look at auctions, when it changes: `add` each slot; `look_of` reads it."""
        return self._scripts.follow("looks")

    def follow(self) -> Follower:
        """The outboxes, for who tells people: `add` each slot; `event_of` reads what comes."""
        return self._scripts.follow("outbox")

    async def overdue(self, slot: str, late_ms: int, limit: int = 1_000) -> list[str]:
        """Live auctions of a slot whose end is past by so much, the first to end first."""
        ids = await self._scripts.run("overdue", slot, late_ms, limit)
        return [auction_id.decode() for auction_id in ids]

    async def _run(self, script: str, auction_id: str, *args: str | bytes | int) -> Any:
        return await self._scripts.run(script, slot_of(auction_id), auction_id, *args)


def event_of(entry: StreamEntry) -> Event:
    """The event that an entry of an outbox tells of."""
    return _event(entry.fields["event"])


def look_of(entry: StreamEntry) -> Look:
    """What an entry says of who looks."""
    auction_id, viewers, before = (
        entry.fields[name].decode() for name in ("auction", "viewers", "before")
    )
    return Look(auction_id, int(viewers), int(before))


def _answer(told: str) -> Answer:
    code, *rest = told.split("|")
    if not rest:
        return Answer(code=Code(code))
    seq, price, leader, leads, min_next, end_at_ms, extended = rest
    return Answer(
        code=Code(code),
        seq=int(seq),
        price=int(price),
        leader=leader or None,
        you_lead=leads == "1",
        min_next=int(min_next),
        end_at_ms=int(end_at_ms),
        extended=extended == "1",
    )


def _event(packed: bytes) -> Event:
    auction_id, seq, kind, at_ms, *words = msgspec.msgpack.decode(packed)
    facts = {name: str(value) for name, value in zip(words[::2], words[1::2], strict=True)}
    return Event(auction_id, seq, EventKind(kind), at_ms, facts)


def _status(word: bytes) -> Status | None:
    return Status(word.decode()) if word else None
