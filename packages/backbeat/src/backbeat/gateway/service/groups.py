"""Groups: tenants that share a queue, their lines and their rules."""

from typing import Unpack

from backbeat.app import GroupInfo, GroupPage, GroupRules
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.resource import Resource


class Groups(Resource):
    """Groups, for callers who may."""

    async def list(
        self, caller: Caller, queue: str, *, cursor: str | None = None, limit: int = 50
    ) -> GroupPage:
        """A page of the groups that have jobs or rules, by name."""
        known = await self._queue(caller, Action.VIEW, queue)
        return await known.groups.list(cursor=cursor, limit=max(1, min(limit, 200)))

    async def get(self, caller: Caller, queue: str, group: str) -> GroupInfo:
        """One group."""
        return await (await self._queue(caller, Action.VIEW, queue)).groups.get(group)

    async def configure(
        self, caller: Caller, queue: str, group: str, **rules: Unpack[GroupRules]
    ) -> GroupInfo:
        """Change rules of one group; those that are not given stay."""
        known = await self._queue(caller, Action.CONFIGURE, queue)
        old = await known.groups.get(group)
        async with self._guard.act(
            caller, Action.CONFIGURE, "groups.configure", queue=queue, subjects=[group],
            old=old, new=rules,
        ):  # fmt: skip
            await known.groups.configure(group, **rules)
        return await known.groups.get(group)

    async def reset(self, caller: Caller, queue: str, group: str) -> None:
        """Let a group have the rules of its queue again."""
        known = await self._queue(caller, Action.CONFIGURE, queue)
        old = await known.groups.get(group)
        async with self._guard.act(
            caller, Action.CONFIGURE, "groups.reset", queue=queue, subjects=[group], old=old
        ):
            await known.groups.reset(group)

    async def pause(self, caller: Caller, queue: str, group: str) -> None:
        """Let none of its jobs start."""
        known = await self._queue(caller, Action.PAUSE, queue)
        async with self._guard.act(
            caller, Action.PAUSE, "groups.pause", queue=queue, subjects=[group]
        ):
            await known.groups.pause(group)

    async def resume(self, caller: Caller, queue: str, group: str) -> None:
        """Let its jobs start again."""
        known = await self._queue(caller, Action.PAUSE, queue)
        async with self._guard.act(
            caller, Action.PAUSE, "groups.resume", queue=queue, subjects=[group]
        ):
            await known.groups.resume(group)
