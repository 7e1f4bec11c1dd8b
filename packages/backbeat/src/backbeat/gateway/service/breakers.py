"""Circuit breakers."""

from collections.abc import Sequence

from backbeat.app import BreakerInfo
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.resource import Resource


class Breakers(Resource):
    """Circuit breakers, for callers who may in the whole application."""

    async def list(self, caller: Caller) -> Sequence[BreakerInfo]:
        """Every one that a worker has used."""
        self._guard.check(caller, Action.VIEW)
        return await self._app.breakers()

    async def open(self, caller: Caller, name: str, seconds: float | None = None) -> None:
        """Hold back the jobs of its handlers, for so long or until it is closed."""
        self._guard.check(caller, Action.CONFIGURE)
        breaker = self._app.breaker(name)
        async with self._guard.act(
            caller, Action.CONFIGURE, "breakers.open", subjects=[name], new={"seconds": seconds}
        ):
            await breaker.open(seconds)

    async def close(self, caller: Caller, name: str) -> None:
        """Let the jobs of its handlers start."""
        self._guard.check(caller, Action.CONFIGURE)
        breaker = self._app.breaker(name)
        async with self._guard.act(caller, Action.CONFIGURE, "breakers.close", subjects=[name]):
            await breaker.close()
