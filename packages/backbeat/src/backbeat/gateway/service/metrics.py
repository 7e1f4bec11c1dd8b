"""What is measured of all queues."""

from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.resource import Resource


class Metrics(Resource):
    """Metrics, for callers who may see the whole application."""

    async def text(self, caller: Caller) -> str:
        """The text that Prometheus reads."""
        self._guard.check(caller, Action.VIEW)
        return await self._app.metrics()
