"""The audit log, for those who may read it."""

from backbeat.app import AuditLog, AuditPage
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.resource import Resource


class Audit(Resource):
    """The audit log; there is no way to change it."""

    async def page(
        self, caller: Caller, *, cursor: str | None = None, limit: int = 50
    ) -> AuditPage:
        """A page of it, the newest first."""
        self._guard.check(caller, Action.ADMINISTER)
        return await AuditLog(self._app.connections).page(cursor=cursor, limit=limit)
