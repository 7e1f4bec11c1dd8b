"""What is stored for people to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arena.base.clock import Clock, now_ms
from arena.base.db import Database
from arena.base.errors import Invalid
from arena.services.notifications.model.kinds import check_user
from arena.services.notifications.store import inbox
from arena.services.notifications.store.inbox import Entry

MOST_ENTRIES: Final = 100


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Entries of an inbox, the newest first.

    Attributes:
        entries: At most as many as were asked for.
        unread: How many of the whole inbox are not read; 1,000 stands for as many or more.
        cursor: Gives the next page; None where there is none.
    """

    entries: tuple[Entry, ...]
    unread: int
    cursor: int | None


class Inboxes:
    """The inboxes of all users."""

    def __init__(self, database: Database, *, clock: Clock = now_ms) -> None:
        """Read nothing yet."""
        self._database = database
        self._clock = clock

    async def page(
        self, user: str, *, cursor: int | None = None, count: int = 20, unread: bool = False
    ) -> InboxPage:
        """Entries of an inbox.

        Args:
            user: Whose.
            cursor: Of the page before. Defaults to None: the newest.
            count: How many, 1 to 100. Defaults to 20.
            unread: Whether only those that are not read. Defaults to False.

        Raises:
            Invalid: The user or a number is none.
        """
        check_user(user)
        if not 1 <= count <= MOST_ENTRIES:
            raise Invalid(f"a page has 1 to {MOST_ENTRIES} entries, not {count!r}")
        async with self._database.reading() as session:
            # One more than asked for tells whether there is another page.
            found = await inbox.entries(session, user, cursor, count + 1, unread=unread)
            number = await inbox.count_unread(session, user)
        shown = tuple(found[:count])
        return InboxPage(shown, number, shown[-1].id if len(found) > count else None)

    async def unread(self, user: str) -> int:
        """How many are not read; 1,000 stands for as many or more."""
        async with self._database.reading() as session:
            return await inbox.count_unread(session, check_user(user))

    async def mark_read(self, user: str, ids: Sequence[int]) -> int:
        """Mark entries as read; those of others, and those that were, are left alone.

        Args:
            user: Whose inbox.
            ids: At most 100.

        Returns:
            How many were not read before.

        Raises:
            Invalid: There are more.
        """
        if len(ids) > MOST_ENTRIES:
            raise Invalid(f"at most {MOST_ENTRIES} entries can be marked at once, not {len(ids)}")
        async with self._database.transaction() as session:
            return await inbox.mark_read(session, check_user(user), ids, self._clock())

    async def mark_all_read(self, user: str, *, up_to: int) -> int:
        """Mark every entry up to one as read: the newest that was shown, so none unseen is lost.

        Args:
            user: Whose inbox.
            up_to: Number of that entry.

        Returns:
            How many were not read before.
        """
        async with self._database.transaction() as session:
            return await inbox.mark_all_read(session, check_user(user), up_to, self._clock())
