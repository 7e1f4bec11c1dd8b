"""The groups of a queue: their rules, which can be changed at run time, and what waits in them."""

from typing import TYPE_CHECKING, Unpack

from backbeat.app.group_rules import GroupInfo, GroupPage, GroupRules, read_group, rule_fields
from backbeat.engine.ids import check_group

if TYPE_CHECKING:
    from backbeat.app.operations import Operations
    from backbeat.app.sync_operations import SyncOperations


class QueueGroups:
    """The groups of a queue; made by `queue.groups`.

    A group need not be declared: it is there while it has jobs or rules of its own. All methods
    raise ServerUnavailable when the server cannot be reached or refuses.
    """

    def __init__(self, queue: "Operations") -> None:
        """Ask nothing yet."""
        self._queue = queue

    async def configure(self, group: str, **rules: Unpack[GroupRules]) -> None:
        """Give a group rules of its own; they hold at once and until they are taken back.

        Args:
            group: Its name.
            **rules: See `GroupRules`; those that are not given stay as they are.

        Raises:
            InvalidOption: The name is none, or a rule makes no sense.
        """
        fields = rule_fields(rules)
        client = await self._queue.client()
        if fields:
            await client.configure_group(check_group(group), fields)

    async def reset(self, group: str) -> None:
        """Take back all rules of a group's own: those of the queue hold again."""
        await (await self._queue.client()).configure_group(check_group(group), {})

    async def pause(self, group: str) -> None:
        """Let no job of a group start until `resume`; what runs goes on."""
        await self.configure(group, paused=True)

    async def resume(self, group: str) -> None:
        """Let jobs of a group start again."""
        client = await self._queue.client()
        await client.configure_group(check_group(group), {"paused": ""})

    async def get(self, group: str) -> GroupInfo:
        """What is known of a group, also of one that has neither jobs nor rules."""
        return read_group(await (await self._queue.client()).get_group(check_group(group)))

    async def list(self, *, cursor: str | None = None, limit: int = 50) -> GroupPage:
        """A page of the groups that have jobs or rules of their own, by name.

        Args:
            cursor: That of the page before. Defaults to None: the first page.
            limit: At most so many, and never more than 200. Defaults to 50.
        """
        after, rows = await (await self._queue.client()).list_groups(cursor or "", limit)
        return GroupPage([read_group(row) for row in rows], after or None)


class SyncQueueGroups:
    """`QueueGroups` for code without an event loop; made by `queue.sync.groups`."""

    def __init__(self, queue: "SyncOperations") -> None:
        """Ask nothing yet."""
        self._queue = queue

    def configure(self, group: str, **rules: Unpack[GroupRules]) -> None:
        """See `QueueGroups.configure`."""
        fields = rule_fields(rules)
        if fields:
            self._queue.client().configure_group(check_group(group), fields)

    def reset(self, group: str) -> None:
        """See `QueueGroups.reset`."""
        self._queue.client().configure_group(check_group(group), {})

    def pause(self, group: str) -> None:
        """See `QueueGroups.pause`."""
        self.configure(group, paused=True)

    def resume(self, group: str) -> None:
        """See `QueueGroups.resume`."""
        self._queue.client().configure_group(check_group(group), {"paused": ""})

    def get(self, group: str) -> GroupInfo:
        """See `QueueGroups.get`."""
        return read_group(self._queue.client().get_group(check_group(group)))

    def list(self, *, cursor: str | None = None, limit: int = 50) -> GroupPage:
        """See `QueueGroups.list`."""
        after, rows = self._queue.client().list_groups(cursor or "", limit)
        return GroupPage([read_group(row) for row in rows], after or None)
