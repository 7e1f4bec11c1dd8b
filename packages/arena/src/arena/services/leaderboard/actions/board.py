"""One board."""

from collections.abc import AsyncIterable, Iterable, Sequence
from datetime import timedelta
from typing import Final

from arena.base.errors import Invalid
from arena.services.leaderboard.actions.reading import read_cursor, read_page, read_standings
from arena.services.leaderboard.actions.rebuilding import rebuild
from arena.services.leaderboard.model.changes import Change, Row
from arena.services.leaderboard.model.rules import Rules, check_id
from arena.services.leaderboard.model.standings import BoardInfo, Page, Receipt, Standing
from arena.services.leaderboard.store import BoardStore

MOST_CHANGES: Final = 1_000
MOST_PAGE: Final = 1_000
MOST_REACH: Final = 100


class Board:
    """One board; made by `Leaderboards`. Every method but `rebuild` is one atomic step.

    Attributes:
        name: Of the board.
    """

    def __init__(self, store: BoardStore, name: str) -> None:
        self.name = name
        self._store = store

    async def update(self, update: str, *changes: Change) -> Receipt:
        """Change entries: all that is asked for, or nothing.

        Args:
            update: An id for this update, of 1 to 128 bytes. The same one again does nothing and is
                answered as the first time, for as long as the rules say.
            *changes: 1 to 1,000, each of another entry.

        Raises:
            Invalid: An id is none, or an entry is named twice.
            BoardNotFound, BoardClosed: It cannot be updated.
            BoardFull, PointsOverflow: It would not fit.
        """
        check_id(update, "an update")
        if not 1 <= len(changes) <= MOST_CHANGES:
            raise Invalid(f"an update has 1 to {MOST_CHANGES:,} changes, not {len(changes):,}")
        if len({change.id for change in changes}) != len(changes):
            raise Invalid(f"update {update!r} names an entry twice: make it two updates")
        version, changed, repeated = await self._store.update(self.name, update, changes)
        return Receipt(int(version), changed, repeated == 1)

    async def top(self, count: int = 10, *, unless: int | None = None) -> Page | None:
        """The first entries, and the cursor of what follows.

        Args:
            count: How many, 1 to 1,000. Defaults to 10.
            unless: A version that the caller has. Defaults to None.

        Returns:
            None where the board still has the version `unless`: 304, over HTTP.

        Raises:
            BoardNotFound: There is no such board.
        """
        return await self._page("", count, unless)

    async def page(self, cursor: str, count: int = 10) -> Page:
        """The entries after those of another page.

        Entries that did not move meanwhile come once; one that moved may come twice or not at all.

        Args:
            cursor: Of the other page.
            count: How many, 1 to 1,000. Defaults to 10.

        Raises:
            BadCursor: It is none.
            BoardNotFound: There is no such board.
        """
        page = await self._page(read_cursor(cursor), count, None)
        assert page is not None
        return page

    async def around(self, entry: str, reach: int = 5) -> Page:
        """An entry, and those next to it; it has no cursor.

        Args:
            entry: Whose.
            reach: How many before it, and as many after it, 0 to 100. Defaults to 5.

        Raises:
            BoardNotFound, EntryNotFound: There is no such board or entry.
        """
        if not 0 <= reach <= MOST_REACH:
            raise Invalid(f"reach is from 0 to {MOST_REACH}, not {reach!r}")
        return read_page(await self._store.around(self.name, check_id(entry, "an entry"), reach))

    async def standing(self, entry: str) -> Standing:
        """Where an entry is.

        Raises:
            BoardNotFound, EntryNotFound: There is no such board or entry.
        """
        return (await self.around(entry, 0)).standings[0]

    async def standings(self, entries: Sequence[str]) -> Page:
        """Where some entries are, friends say, best first; those that are not there are left out.

        Args:
            entries: Whose, at most 1,000.

        Raises:
            BoardNotFound: There is no such board.
        """
        if len(entries) > MOST_PAGE:
            raise Invalid(f"at most {MOST_PAGE:,} entries can be asked for, not {len(entries):,}")
        ids = [check_id(entry, "an entry") for entry in dict.fromkeys(entries)]
        return read_standings(await self._store.standings(self.name, ids), ids)

    async def info(self) -> BoardInfo:
        """The board itself.

        Raises:
            BoardNotFound: There is no such board.
        """
        answer = await self._store.describe(self.name)
        version, total, ranking, most, remembered, closed, ttl_ms, rebuilding = answer
        return BoardInfo(
            version=int(version),
            total=total,
            rules=Rules(ranking.decode(), most, remembered),
            closed=closed == 1,
            expires_in_ms=None if ttl_ms < 0 else ttl_ms,
            rebuilding=rebuilding == 1,
        )

    async def close(self, *, keep: timedelta | None = None) -> int:
        """Let nothing change any more; gives the last version. Closing twice changes nothing.

        Args:
            keep: How long the board can be read from now on. Defaults to None: until it is dropped.

        Raises:
            Invalid: The time is negative, or longer than ten years.
            BoardNotFound: There is no such board.
        """
        if keep is not None and not timedelta(0) <= keep <= timedelta(days=3_653):
            raise Invalid(f"a closed board is kept from 0 to 3,653 days, not {keep}")
        keep_ms = -1 if keep is None else keep // timedelta(milliseconds=1)
        (version,) = await self._store.close(self.name, keep_ms)
        return int(version)

    async def drop(self) -> None:
        """Take the board away, whatever it holds. Does nothing where there is none."""
        await self._store.drop(self.name)

    async def rebuild(
        self, rows: Iterable[Row] | AsyncIterable[Row], *, contained: Iterable[str] = ()
    ) -> int:
        """Put rows of the database in the place of all entries, at once; gives the new version.

        The board is read and updated meanwhile as it was. What is updated between the call and the
        end is done once more over the rows, so read them *after* the call began: pass a generator.

        Args:
            rows: All entries, once each. Closed boards may be rebuilt, too.
            contained: Ids of updates that the rows have already, as far back as an update can be on
                its way to the board; only `Add` needs them. They are not done again, nor when they
                come later. Read them together with the rows.

        Raises:
            BoardNotFound: There is none: open it first.
            RebuildLost: Another rebuild began, or it took too long. The board is as it was.
            BoardFull, PointsOverflow: It does not fit. The board is as it was.
        """
        return await rebuild(self._store, self.name, rows, contained)

    async def _page(self, after: str, count: int, unless: int | None) -> Page | None:
        if not 1 <= count <= MOST_PAGE:
            raise Invalid(f"a page has 1 to {MOST_PAGE:,} entries, not {count!r}")
        known = "" if unless is None else str(unless)
        # One more than asked for tells whether there is another page.
        answer = await self._store.page(self.name, known, after, count + 1)
        return None if answer is None else read_page(answer, count)
