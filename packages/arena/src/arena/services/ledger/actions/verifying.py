"""Verifies the ledger: all invariants at one moment, and the chain of seals from its beginning."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from arena.services.ledger.model.digest import GENESIS, seal_of
from arena.services.ledger.store.checks import CHECKS, MOST
from arena.services.ledger.store.seals import Seal, read_page, read_written

_SEALS_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that is not as it must be.

    Attributes:
        code: Which invariant: "M1" to "M11".
        says: What is wrong.
        where: With what: an account, a journal, a seal.
    """

    code: str
    says: str
    where: str


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` found.

    Attributes:
        broken: At most 20 an invariant; empty where all is well.
        seals: How many seals the chain has.
        sealed: How many journals it covers.
        head: Hash of the last seal, in hexadecimal: who keeps it elsewhere can tell later that
            nothing before it was rewritten.
    """

    broken: tuple[Broken, ...]
    seals: int
    sealed: int
    head: str

    @property
    def ok(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken


async def verify(session: AsyncSession) -> Report:
    """Check M1 to M5 and M11 at the one moment that the session sees."""
    broken = [
        Broken(check.code, check.says, where)
        for check in CHECKS
        for where in await session.scalars(check.question)
    ]
    chain = _Chain()
    async for seal in _seals(session):
        await chain.check(session, seal)
    return Report((*broken, *chain.broken), chain.number, chain.sealed, chain.head.hex())


class _Chain:
    """The walk along the seals."""

    def __init__(self) -> None:
        self.number = 0
        self.sealed = 0
        self.head = GENESIS
        self.broken: list[Broken] = []

    async def check(self, session: AsyncSession, seal: Seal) -> None:
        """See that a seal follows the one before it, and hashes what it covers."""
        if seal.number != self.number + 1:
            self._note(seal, f"follows seal {self.number}")
        if seal.previous != self.head:
            self._note(seal, "does not hold the hash of the one before it")
        if seal.hash != seal_of(seal.previous, await read_written(session, seal.journals)):
            self._note(seal, "is not the hash of what it covers: something in it was changed")
        self.number, self.head = seal.number, seal.hash
        self.sealed += len(seal.journals)

    def _note(self, seal: Seal, says: str) -> None:
        if len(self.broken) < MOST:
            self.broken.append(Broken("M11", f"a seal {says}", f"seal {seal.number}"))


async def _seals(session: AsyncSession) -> AsyncIterator[Seal]:
    after = 0
    while page := await read_page(session, after, _SEALS_A_PAGE):
        for seal in page:
            yield seal
        after = page[-1].number
