"""Locks and semaphores: who holds what, and taking it away."""

from collections.abc import Sequence
from typing import Final

from backbeat.app import LockInfo
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.rates import PREFIX
from backbeat.gateway.service.resource import Resource

MOST: Final = 1_000


class Locks(Resource):
    """Locks, for callers who may in the whole application."""

    async def names(self, caller: Caller) -> Sequence[str]:
        """The names that are in use, sorted; the first 1,000 that are found."""
        self._guard.check(caller, Action.VIEW)
        found: list[str] = []
        async for name in self._app.locks.names():
            if not name.startswith(PREFIX):
                found.append(name)
            if len(found) >= MOST:
                break
        return sorted(found)

    async def get(self, caller: Caller, name: str) -> LockInfo:
        """Who holds it, and who waits for it."""
        self._guard.check(caller, Action.VIEW)
        return await self._app.locks.look(name)

    async def take_away(
        self, caller: Caller, name: str, *, confirm: str, token: str | None = None
    ) -> int:
        """Let one holder, or all, have it no more; how many did."""
        self._guard.check(caller, Action.DESTROY)
        self._guard.confirm(name, confirm)
        old = await self._app.locks.look(name)
        async with self._guard.act(
            caller, Action.DESTROY, "locks.take-away", subjects=[name],
            old={"fence": old.fence, "holders": [dict(each.about) for each in old.holders]},
        ):  # fmt: skip
            return await self._app.locks.take_away(name, token)
