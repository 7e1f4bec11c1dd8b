"""Everybody at the pages of auctions in this process: one reading of an auction for all of them."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import find, lots_now, newest_bids, see
from arena.apps.auctions.actions.news import News
from arena.apps.auctions.actions.showing import MadeBid
from arena.apps.auctions.errors import Away
from arena.apps.auctions.model.events import Event
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.rooms.viewers import Viewers
from arena.apps.auctions.store.live import Look, Seen
from arena.base.errors import ArenaError, Unavailable
from backbeat import BackbeatError

log: Final = logging.getLogger(__name__)

MOST_BIDS: Final = 20
MOST_LOTS: Final = 48
# Between two readings of an auction: at least, and at most, so that clocks of pages are set again.
_LEAST_S: Final = 0.1
_MOST_S: Final = 5.0
_LIST_S: Final = 1.0
_AT_ONCE: Final = 32
_PATIENCE_S: Final = 10.0
# A store that has not answered by then is away: people are told so, and it is asked again soon.
_AWAY_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Sight:
    """What there is to see of an auction at one moment.

    Attributes:
        seen: How it stands.
        bids: The newest ones, the newest first.
        viewers: How many look.
    """

    seen: Seen
    bids: Sequence[MadeBid]
    viewers: int


# Given None while it cannot be read.
Watcher = Callable[[Sight | None], Awaitable[None]]


class Hall:
    """What the pages of auctions stand on.

    Attributes:
        desk: The use cases.
        viewers: Who looks at what.
    """

    def __init__(self, desk: Desk, news: News, viewers: Viewers) -> None:
        """Nobody is there yet."""
        self.desk, self.viewers = desk, viewers
        self._watchers: defaultdict[str, dict[str, Watcher]] = defaultdict(dict)
        self._changed: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._lists: dict[Status, tuple[float, list[tuple[Lot, Seen]]]] = {}
        self._closed = False
        self._gate = asyncio.Semaphore(_AT_ONCE)
        news.listen(self._happened)
        viewers.listen(self._counted)

    async def look(self, auction_id: str) -> Sight:
        """How an auction is now.

        Raises:
            AuctionNotFound: There is none, or it is a draft.
            Away: A store does not answer.
        """
        async with answering():
            seen = await see(self.desk, auction_id)
            bids = await newest_bids(self.desk, seen, MOST_BIDS)
            return Sight(seen, bids, await self.viewers.count(auction_id))

    async def find(self, auction_id: str) -> Lot:
        """What is sold, and on which terms.

        Raises:
            AuctionNotFound: There is none.
            Away: A store does not answer.
        """
        async with answering():
            return await find(self.desk, auction_id)

    async def lots(self, status: Status) -> list[tuple[Lot, Seen]]:
        """The first auctions of a status, as they were at most a second ago.

        Raises:
            Away: A store does not answer.
        """
        read_at, lots = self._lists.get(status, (float("-inf"), []))
        if time.monotonic() - read_at > _LIST_S:
            async with answering():
                lots, _ = await lots_now(self.desk, status, None, limit=MOST_LOTS, offset=0)
            self._lists[status] = (time.monotonic(), lots)
        return lots

    def watch(self, auction_id: str, who: str, watcher: Watcher) -> None:
        """Show a page whatever happens to an auction from now on, and how it is every few seconds.

        Args:
            auction_id: Which.
            who: The page.
            watcher: Fills it.
        """
        self._watchers[auction_id][who] = watcher
        if auction_id not in self._tasks and not self._closed:
            self._changed[auction_id] = asyncio.Event()
            task = asyncio.create_task(self._show(auction_id), name=f"pages of {auction_id}")
            self._tasks[auction_id] = task

    def leave(self, auction_id: str, who: str) -> None:
        """Show a page no more; without pages nothing is read."""
        self._watchers[auction_id].pop(who, None)
        if not self._watchers[auction_id]:
            del self._watchers[auction_id]
            self.hurry(auction_id)

    def hurry(self, auction_id: str) -> None:
        """Read an auction anew, soon."""
        if (changed := self._changed.get(auction_id)) is not None:
            changed.set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Show for as long as the block runs; then stores are closed, and nothing is read."""
        yield
        self._closed = True
        for task in self._tasks.values():
            task.cancel()

    async def _happened(self, event: Event) -> None:
        self.hurry(event.auction_id)

    def _counted(self, look: Look) -> None:
        self.hurry(look.auction_id)

    async def _show(self, auction_id: str) -> None:
        changed, there = self._changed[auction_id], True
        try:
            while self._watchers.get(auction_id):
                with suppress(TimeoutError):
                    async with asyncio.timeout(_MOST_S if there else _LIST_S):
                        await changed.wait()
                changed.clear()
                there = await self._tell(auction_id)
                await asyncio.sleep(_LEAST_S)
        finally:
            del self._tasks[auction_id], self._changed[auction_id]

    async def _tell(self, auction_id: str) -> bool:
        sight: Sight | None = None
        try:
            sight = await self.look(auction_id)
        except ArenaError as error:
            # Pages say so, and count on by themselves until it can be read again.
            log.warning("auction %s could not be shown: %s", auction_id, error)
        watchers = [*self._watchers.get(auction_id, {}).values()]
        await asyncio.gather(*(self._fill(watcher, sight) for watcher in watchers))
        return sight is not None

    async def _fill(self, watcher: Watcher, sight: Sight | None) -> None:
        async with self._gate:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    await watcher(sight)
            except Exception:  # one page must not stop the others
                log.exception("a page of an auction could not be filled")


@asynccontextmanager
async def answering() -> AsyncIterator[None]:
    """What is asked within is answered in two seconds, or the store that is asked is away.

    Raises:
        Away: It has not answered, or said that it cannot.
    """
    try:
        async with asyncio.timeout(_AWAY_S):
            yield
    except (Unavailable, BackbeatError, TimeoutError) as error:
        raise Away from error
