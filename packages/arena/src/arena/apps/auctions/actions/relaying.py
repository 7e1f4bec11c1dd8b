"""From the outbox to the queues: every event that happened gets its jobs, whoever dies."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from arena.apps.auctions.actions.following_up import moment, moved_ends, to_keep, to_tell, to_update
from arena.apps.auctions.jobs import AuctionJobs
from arena.apps.auctions.model.events import Event
from arena.apps.auctions.store.live import SLOTS, LiveStore, slot_of
from backbeat import BackbeatError

log: Final = logging.getLogger(__name__)

BATCH: Final = 200
LEASE_MS: Final = 5_000


class Relay:
    """Brings events on: right after they happened, and again whenever it is told to look.

    An event was written in the step in which it happened, so it is there whatever became of the
    process. Jobs have ids of their own: an event that is brought on twice has one effect.
    """

    def __init__(self, live: LiveStore, jobs: AuctionJobs) -> None:
        """Bring nothing on yet.

        Args:
            live: Has the outboxes.
            jobs: Where they are brought.
        """
        self._live = live
        self._jobs = jobs
        self._owner = uuid4().hex
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def nudge(self, auction_id: str) -> None:
        """Bring on what just happened to an auction, in the background."""
        slot = slot_of(auction_id)
        self._again.add(slot)
        if slot not in self._tasks:
            task = asyncio.create_task(self._bring_until_quiet(slot), name=f"relay {slot}")
            self._tasks[slot] = task

    async def bring(self, slot: str) -> int:
        """Bring on all events of a slot; how many there were. 0 while another one does it."""
        count, brought = 0, b""
        while entries := await self._live.relay(
            slot, self._owner, brought, limit=BATCH, lease_ms=LEASE_MS
        ):
            await self._add_jobs([entry.event for entry in entries])
            count, brought = count + len(entries), entries[-1].id
        return count

    async def bring_all(self) -> int:
        """Bring on what others left behind, in every slot."""
        return sum([await self.bring(slot) for slot in SLOTS])

    async def settled(self) -> None:
        """Wait until what was nudged is brought on; what could not be, the next sweep finds."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def _bring_until_quiet(self, slot: str) -> None:
        try:
            while slot in self._again:
                self._again.discard(slot)
                await self.bring(slot)
        except BackbeatError as error:
            self._again.discard(slot)
            log.warning("the outbox of %s waits for the next sweep: %s", slot, error)
        finally:
            del self._tasks[slot]

    async def _add_jobs(self, events: Sequence[Event]) -> None:
        jobs = self._jobs
        await jobs.persistence.add_many([to_keep(jobs, event) for event in events])
        if updates := to_update(jobs, events):
            await jobs.updates.add_many(updates)
        if notices := to_tell(jobs, events):
            await jobs.notices.add_many(notices)
        for auction_id, end_at_ms in moved_ends(events).items():
            await jobs.finish_at(auction_id, moment(end_at_ms))
