"""API keys: made, listed and revoked by administrators."""

from collections.abc import Sequence

from backbeat.app import ApiKey, ApiKeys
from backbeat.gateway.access import Action
from backbeat.gateway.errors import Forbidden, NotFound
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.resource import Resource


class Keys(Resource):
    """API keys, for callers who may administer."""

    async def list(self, caller: Caller) -> Sequence[ApiKey]:
        """All of them, without what only their holders know."""
        self._guard.check(caller, Action.ADMINISTER)
        return await self._keys.list()

    async def create(
        self, caller: Caller, name: str, actions: Sequence[Action], *,
        queues: Sequence[str] | None, lifetime: float | None,
    ) -> tuple[ApiKey, str]:  # fmt: skip
        """Make one that grants no more than its maker has; it is shown once, here."""
        self._guard.check(caller, Action.ADMINISTER)
        for action in actions:
            for queue in [None] if queues is None else queues:
                if not caller.principal.may(action, queue):
                    raise Forbidden(action, queue)
        new = {"name": name, "actions": sorted(actions), "queues": queues, "lifetime": lifetime}
        async with self._guard.act(
            caller, Action.ADMINISTER, "keys.create", subjects=[name], new=new
        ):
            return await self._keys.create(name, actions, queues=queues, lifetime=lifetime)

    async def revoke(self, caller: Caller, key_id: str) -> None:
        """End one."""
        self._guard.check(caller, Action.ADMINISTER)
        async with self._guard.act(caller, Action.ADMINISTER, "keys.revoke", subjects=[key_id]):
            if not await self._keys.revoke(key_id):
                raise NotFound(f"there is no API key {key_id}")

    @property
    def _keys(self) -> ApiKeys:
        return ApiKeys(self._app.connections)
