"""Seals cover every journal once, in a chain; whatever is changed behind their back is found."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from arena.base.db import Database
from arena.services.ledger import HoldRequest, Ledger
from packages.arena.tests.support.money import SetClock, deposit, transfer, usd, wallet

ADA, BOB = wallet("ada"), wallet("bob")


@pytest.fixture
async def sealed(fresh_database: Database, clock: SetClock) -> Ledger:
    """A ledger with a few journals under two seals, and a hold."""
    ledger = Ledger(fresh_database, clock=clock)
    await ledger.post(deposit("d1", "ada", 500))
    await ledger.post(transfer("t1", ADA, BOB, 200))
    await ledger.seal()
    await ledger.post(deposit("d2", "bob", 50))
    await ledger.hold(HoldRequest("h1", ADA, usd(100)))
    await ledger.seal()
    return ledger


async def test_every_journal_is_under_one_seal(sealed: Ledger) -> None:
    report = await sealed.verify()

    assert (report.ok, report.seals, report.sealed) == (True, 2, 3)
    assert await sealed.seal() == 0


async def test_what_is_not_sealed_yet_is_no_fault(sealed: Ledger) -> None:
    head = (await sealed.verify()).head
    await sealed.post(deposit("d3", "ada", 1))

    report = await sealed.verify()
    assert (report.ok, report.sealed, report.head) == (True, 3, head)


async def test_writers_at_once_seal_each_journal_once(ledger: Ledger) -> None:
    await asyncio.gather(*(ledger.post(deposit(f"d{n}", f"user:{n}", 1)) for n in range(50)))
    counts = await asyncio.gather(*(ledger.seal() for _ in range(4)))

    assert sum(counts) == (await ledger.verify()).sealed == 50


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_postings SET amount = 1",
        "DELETE FROM ledger_journals",
        "UPDATE ledger_seals SET sealed_ms = 0",
        "TRUNCATE ledger_postings CASCADE",
    ],
)
async def test_what_was_written_cannot_be_changed_by_mistake(
    sealed: Ledger, fresh_database: Database, statement: str
) -> None:
    async def change() -> None:
        async with fresh_database.transaction() as session:
            await session.execute(text(statement))

    with pytest.raises(DBAPIError, match="is append-only"):
        await change()


UNGUARDED = "ALTER TABLE ledger_accounts DROP CONSTRAINT ck_ledger_accounts_covered"


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        ("UPDATE ledger_accounts SET balance = balance + 1 WHERE id = 2", {"M1", "M2"}),
        ("UPDATE ledger_accounts SET held = 99 WHERE held > 0", {"M5"}),
        ("UPDATE ledger_holds SET amount = 101", {"M5"}),
        ("UPDATE ledger_postings SET amount = amount - 1 WHERE account_id = 1 AND number = 1",
         {"M1", "M2", "M11"}),
        ("UPDATE ledger_postings SET running = running - 1 WHERE account_id = 1 AND number = 1",
         {"M2", "M11"}),
        ("UPDATE ledger_postings SET amount = -amount, running = -running",
         {"M2", "M3", "M11"}),
        ("DELETE FROM ledger_postings WHERE account_id = 1 AND number = 1", {"M1", "M2", "M11"}),
        ("UPDATE ledger_journals SET ref = 'other' WHERE id = 2", {"M11"}),
        ("UPDATE ledger_journals SET created_ms = 0 WHERE id = 2", {"M11"}),
        ("UPDATE ledger_accounts SET owner = 'eve' WHERE owner = 'bob'", {"M11"}),
        ("UPDATE ledger_seals SET hash = previous WHERE number = 1", {"M11"}),
        ("UPDATE ledger_seals SET previous = hash WHERE number = 2", {"M11"}),
        ("DELETE FROM ledger_seals WHERE number = 1", {"M11"}),
        ("UPDATE ledger_seals SET journals = journals || 99::bigint WHERE number = 2", {"M11"}),
        ("INSERT INTO ledger_unsealed VALUES (1)", {"M11"}),
        ("INSERT INTO ledger_journals (key, type, ref, content, created_ms)"
         " VALUES ('x', 'x', '', '', 0)", {"M1", "M11"}),
    ],
)  # fmt: skip
async def test_what_was_changed_all_the_same_is_found(
    sealed: Ledger, fresh_database: Database, statement: str, codes: set[str]
) -> None:
    async with fresh_database.transaction() as session:
        # As somebody would who owns the database: no trigger, no constraint between tables.
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(UNGUARDED))
        await session.execute(text(statement))

    report = await sealed.verify()
    assert {each.code for each in report.broken} == codes


async def test_a_key_that_was_posted_twice_is_found(
    sealed: Ledger, fresh_database: Database
) -> None:
    async with fresh_database.transaction() as session:
        await session.execute(
            text("ALTER TABLE ledger_journals DROP CONSTRAINT uq_ledger_journals_key")
        )
        await session.execute(
            text(
                "INSERT INTO ledger_journals (key, type, ref, content, created_ms)"
                " VALUES ('d1', 'x', '', '', 0)"
            )
        )

    assert "M4" in {each.code for each in (await sealed.verify()).broken}


async def test_a_report_is_bounded_and_says_where(sealed: Ledger, fresh_database: Database) -> None:
    async with fresh_database.transaction() as session:
        for _ in range(30):
            await session.execute(text("INSERT INTO ledger_unsealed VALUES (1), (2), (3)"))
        await session.execute(text("INSERT INTO ledger_unsealed SELECT generate_series(100, 200)"))

    report = await sealed.verify()
    assert len(report.broken) == 20
    assert report.broken[0].where.startswith("journal ")
