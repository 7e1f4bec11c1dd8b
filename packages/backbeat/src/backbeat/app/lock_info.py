"""Locks, semaphores and limits as operators see them, and what they may do to them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from backbeat.app.home import Home
from backbeat.app.times import moment
from backbeat.engine.flaws import Flaw
from backbeat.engine.permits.calls import Look, Share


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Who holds a lock, or slots of a semaphore.

    Attributes:
        token: Names the hold, for `take_away`.
        fence: Its fence.
        slots: How many slots it has.
        since: When it began.
        until: When it ends, unless it is extended.
        about: What the holder says about itself: host and process, or queue and job.
    """

    token: str
    fence: int
    slots: int
    since: datetime
    until: datetime
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LockInfo:
    """What is known about a lock or semaphore.

    Attributes:
        name: Its name.
        slots: How many may hold it at once.
        fence: The last one given.
        holders: Who holds it; at most 100.
        waiting: How many wait in line, besides jobs.
        parked: Jobs that wait for it, as queue and id, the next first; at most 100.
    """

    name: str
    slots: int
    fence: int
    holders: tuple[LockHolder, ...]
    waiting: int
    parked: tuple[tuple[str, str], ...]


class Locks:
    """What operators ask about locks, semaphores and limits; made by `app.locks`."""

    def __init__(self, home: Home) -> None:
        """Ask nobody."""
        self._home = home

    async def names(self) -> AsyncIterator[str]:
        """Every name that is in use, or was within the last minutes, in no order.

        Looks at all keys of the server, in steps.
        """
        permits = (await self._home.connections.open()).permits
        async for name in permits.names():
            yield name

    async def look(self, name: str) -> LockInfo:
        """Who holds it, and who waits for it."""
        return _info(name, await (await self._home.connections.open()).permits.look(name))

    async def verify(self, name: str, *, repair: bool = False) -> list[Flaw]:
        """Find what is wrong with the numbers of a lock, semaphore or limit.

        What its holders have is believed: a repair ends no hold, and grants none twice.

        Args:
            name: Its name.
            repair: Whether to put it right. Defaults to False: reads only.

        Returns:
            What is or was wrong; nothing where all is well.
        """
        permits = (await self._home.connections.open()).permits
        return await permits.verify(name, repair=repair)

    async def take_away(self, name: str, token: str | None = None) -> int:
        """Let a holder have it no more; the next in line is woken.

        The holder hears of it when it next extends or releases its hold. Until then it goes on:
        only writes with a fence are safe from it.

        Args:
            name: Name of the lock or semaphore.
            token: Whose hold. Defaults to all of them.

        Returns:
            How many holds were ended.
        """
        permits = (await self._home.connections.open()).permits
        tokens = [token] if token else [each.token for each in (await permits.look(name)).holders]
        ended = [await permits.release(name, each, each, resent=True) for each in tokens]
        return sum(each.ours for each in ended)


def _info(name: str, look: Look) -> LockInfo:
    jobs = [waiter.partition("|") for waiter, _ in look.waiters]
    return LockInfo(
        name=name,
        slots=look.slots,
        fence=look.fence,
        holders=tuple(map(_holder, look.holders)),
        waiting=look.in_line,
        parked=tuple((queue, job_id) for queue, _, job_id in jobs if job_id),
    )


def _holder(share: Share) -> LockHolder:
    return LockHolder(
        share.token, share.fence, share.slots, moment(share.since_ms), moment(share.until_ms),
        _about(share.who),
    )  # fmt: skip


def _about(who: str) -> dict[str, Any]:
    try:
        about = msgspec.json.decode(who)
    except msgspec.DecodeError:
        return {}
    return about if isinstance(about, dict) else {}
