"""Limits that queues share, as far as the application declares them."""

from collections.abc import Sequence
from datetime import datetime

from backbeat.app import Limit, LimitInfo
from backbeat.gateway.access import Action
from backbeat.gateway.errors import NotFound
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.resource import Resource


class Limits(Resource):
    """Limits, for callers who may in the whole application."""

    async def list(self, caller: Caller) -> Sequence[LimitInfo]:
        """Every declared limit."""
        self._guard.check(caller, Action.VIEW)
        return [await limit.look() for limit in self._app.limits.values()]

    async def get(self, caller: Caller, name: str) -> LimitInfo:
        """One of them."""
        self._guard.check(caller, Action.VIEW)
        return await self._declared(name).look()

    async def pause(self, caller: Caller, name: str, seconds: float) -> datetime:
        """Let it give nothing to anyone for so long; when that ends."""
        self._guard.check(caller, Action.CONFIGURE)
        limit = self._declared(name)
        async with self._guard.act(
            caller, Action.CONFIGURE, "limits.pause", subjects=[name], new={"seconds": seconds}
        ):
            return await limit.pause(seconds)

    async def resume(self, caller: Caller, name: str) -> None:
        """End a pause."""
        self._guard.check(caller, Action.CONFIGURE)
        limit = self._declared(name)
        async with self._guard.act(caller, Action.CONFIGURE, "limits.resume", subjects=[name]):
            await limit.resume()

    def _declared(self, name: str) -> Limit:
        limit = self._app.limits.get(name)
        if limit is None:
            raise NotFound(f"no limit {name!r} is declared by this application")
        return limit
