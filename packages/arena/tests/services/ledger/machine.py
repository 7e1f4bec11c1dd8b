"""The ledger against its model: any order of calls, the same key again, connections that break."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import text
from typing_extensions import override

from arena.base.errors import ArenaError
from arena.services.ledger import HoldRequest, Journal, Ledger
from packages.arena.tests.support.databases import Databases
from packages.arena.tests.support.ledger_model import LedgerModel
from packages.arena.tests.support.money import BANK, SetClock, deposit, transfer, usd, wallet

WALLETS = [wallet(owner) for owner in ("ada", "bob", "eve")]
# Few keys and few amounts, so that the same ones come again: with the same content, or another.
CENTS = st.sampled_from([1, 2, 50, 100])
JOURNAL_KEYS = st.sampled_from([f"j{number}" for number in range(30)])
HOLD_KEYS = st.sampled_from([f"h{number}" for number in range(8)])
ACCOUNTS = st.sampled_from([BANK, *WALLETS])
PAIRS = st.tuples(ACCOUNTS, ACCOUNTS).filter(lambda pair: pair[0] != pair[1])
JOURNALS = st.builds(
    lambda key, pair, cents: transfer(key, pair[0], pair[1], cents), JOURNAL_KEYS, PAIRS, CENTS
)
DEPOSITS = st.builds(deposit, JOURNAL_KEYS, st.sampled_from(["ada", "bob", "eve"]), CENTS)
LIFE_MS = st.none() | st.sampled_from([10, 1_000])


async def outcome(call: Awaitable[Any]) -> str:
    """The name of what a call returns or raises."""
    try:
        return type(await call).__name__
    except ArenaError as error:
        return type(error).__name__


class LedgerMachine(RuleBasedStateMachine):
    """Each rule does the same to the ledger and to the model, which must answer the same."""

    databases: Databases

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.context = self.databases.emptied()
        self.database = self.runner.run(self.context.__aenter__())
        self.clock = SetClock()
        self.ledger = Ledger(self.database, clock=self.clock)
        self.model = LedgerModel()

    @override
    def teardown(self) -> None:
        """Give the database back."""
        self.runner.run(self.context.__aexit__(None, None, None))
        self.runner.close()

    @rule(journals=st.lists(JOURNALS | DEPOSITS, min_size=1, max_size=8))
    def post_together(self, journals: list[Journal]) -> None:
        """Journals of one moment are done in their order."""
        assert self._post(journals) == [self.model.post(each) for each in journals]

    @rule(journals=st.lists(DEPOSITS, min_size=1, max_size=8))
    def post_while_connections_break(self, journals: list[Journal]) -> None:
        """Whatever became of them, posted again they are there once."""
        broken = self._post(journals, cut=True)
        answers = self._post(journals)

        assert set(broken) <= {"Posted", "KeyReused", "DatabaseAway"}
        assert answers == [self.model.post(each) for each in journals]

    @rule(key=JOURNAL_KEYS, of=JOURNAL_KEYS)
    def reverse(self, key: str, of: str) -> None:
        """A reversal is a journal like others, and comes once."""
        assert self._answer(self.ledger.reverse(key, of=of)) == self.model.reverse(key, of)

    @rule(key=HOLD_KEYS, account=st.sampled_from(WALLETS), cents=CENTS, life_ms=LIFE_MS)
    def hold(self, key: str, account: Any, cents: int, life_ms: int | None) -> None:
        """What is held cannot leave."""
        expires = None if life_ms is None else self.clock.now + life_ms
        request = HoldRequest(key, account, usd(cents), expires)
        assert self._answer(self.ledger.hold(request)) == self.model.hold(request)

    @rule(key=HOLD_KEYS, to=ACCOUNTS, cents=CENTS)
    def capture(self, key: str, to: Any, cents: int) -> None:
        """A capture ends a hold, once."""
        answer = self._answer(self.ledger.capture(key, to=to, amount=usd(cents)))
        assert answer == self.model.capture(key, to, cents, self.clock.now)

    @rule(key=HOLD_KEYS)
    def release(self, key: str) -> None:
        """So does a release."""
        assert self._answer(self.ledger.release(key)) == self.model.release(key)

    @rule(later_ms=st.sampled_from([0, 9, 10, 5_000, -2_000]))
    def clock_jumps(self, later_ms: int) -> None:
        """The clock of a machine goes anywhere."""
        self.clock.now += later_ms

    @rule()
    def sweep(self) -> None:
        """Holds whose time is over end."""
        self.runner.run(self.ledger.expire_holds())
        self.model.expire(self.clock.now)

    @rule()
    def seal(self) -> None:
        """What was written is sealed."""
        self.runner.run(self.ledger.seal())

    @invariant()
    def balances_are_those_of_the_model(self) -> None:
        """To the cent, and what is held too."""
        for account in (BANK, *WALLETS):
            balance = self.runner.run(self.ledger.balance(account))
            posted = account.kind.sign * self.model.balances.get(account, 0)
            assert (balance.posted, balance.held) == (usd(posted), usd(self.model.held[account]))

    @invariant()
    def nothing_is_broken(self) -> None:
        """M1 to M5, and M11."""
        assert self.runner.run(self.ledger.verify()).broken == ()

    def _answer(self, call: Awaitable[Any]) -> str:
        return self.runner.run(outcome(call))

    def _post(self, journals: list[Journal], *, cut: bool = False) -> list[str]:
        async def post() -> list[str]:
            calls = [outcome(self.ledger.post(journal)) for journal in journals]
            cuts = [self._cut()] if cut else []
            return (await asyncio.gather(*calls, *cuts))[: len(journals)]

        return self.runner.run(post())

    async def _cut(self) -> str:
        """Break every connection but the one that does it."""
        async with self.database.transaction() as session:
            await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        return "cut"
