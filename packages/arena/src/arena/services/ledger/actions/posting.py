"""Posts journals in one transaction: each is accepted, known already, or refused for itself."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from arena.services.ledger.errors import AlreadyReversed, KeyContended, KeyReused, LedgerError
from arena.services.ledger.model.account import AccountName
from arena.services.ledger.model.digest import content_of
from arena.services.ledger.model.journal import Journal, Posted
from arena.services.ledger.model.standing import Line, Standing, apply
from arena.services.ledger.store.accounts import lock_accounts, move
from arena.services.ledger.store.journals import (
    Known,
    find_journals,
    find_reversed,
    write_journals,
    write_postings,
)

Outcome = Posted | LedgerError


async def post_all(
    session: AsyncSession, journals: Sequence[Journal], now_ms: int
) -> list[Outcome]:
    """Post journals, in order; one that is refused leaves the others alone.

    Two that share a key share an account or differ in content. In the first case the lock on the
    account has them take turns, so the later one finds the key; in the second the unique key does.

    Args:
        session: Of a transaction, which the caller commits.
        journals: What to post.
        now_ms: When.

    Returns:
        For each of them its answer, or why it was refused.

    Raises:
        KeyContended: A key came to be in the same moment; the transaction may run again.
    """
    accounts = (entry.account for journal in journals for entry in journal.entries)
    standings = await lock_accounts(session, accounts, now_ms)
    before = {each.id: (each.balance, each.postings) for each in standings.values()}
    draft = _Draft(
        standings,
        await find_journals(session, [journal.key for journal in journals]),
        await find_reversed(session, [id_ for each in journals if (id_ := each.reverses)]),
    )
    refused = {place: why for place, each in enumerate(journals) if (why := draft.add(each))}
    if draft.lines:
        written = await write_journals(session, list(draft.accepted.values()), now_ms)
        if len(written) < len(draft.accepted):
            raise KeyContended("a key was used for something else in the same moment: try again")
        await write_postings(session, draft.numbered(written))
        await move(session, before, standings.values())
        draft.known.update(written)
    return [
        refused.get(place) or draft.known[journal.key].posted
        for place, journal in enumerate(journals)
    ]


class _Draft:
    """What a transaction is going to write."""

    def __init__(
        self,
        standings: Mapping[AccountName, Standing],
        known: dict[str, Known],
        reversed_: set[int],
    ) -> None:
        self.standings = standings
        self.known = known
        self.accepted: dict[str, Journal] = {}
        self.lines: list[tuple[str, Line]] = []
        self._reversed = reversed_

    def add(self, journal: Journal) -> LedgerError | None:
        """Take a journal in, unless its key is known; the reason where it is refused."""
        try:
            if not self._is_known(journal):
                self._accept(journal)
        except LedgerError as error:
            return error
        return None

    def numbered(self, written: Mapping[str, Known]) -> list[tuple[int, Line]]:
        """The postings with the ids of their journals."""
        return [(written[key].posted.id, line) for key, line in self.lines]

    def _is_known(self, journal: Journal) -> bool:
        content = self._content(journal.key)
        if content is None:
            return False
        if content != content_of(journal):
            raise KeyReused(
                f"the key {journal.key!r} was used for something else: choose another for what"
                " is new"
            )
        return True

    def _content(self, key: str) -> bytes | None:
        if key in self.known:
            return self.known[key].content
        return content_of(self.accepted[key]) if key in self.accepted else None

    def _accept(self, journal: Journal) -> None:
        if journal.reverses in self._reversed:
            raise AlreadyReversed(f"journal {journal.reverses} was reversed already")
        lines = apply(journal, self.standings)
        self.accepted[journal.key] = journal
        self.lines += [(journal.key, line) for line in lines]
        if journal.reverses is not None:
            self._reversed.add(journal.reverses)
