"""What the ledger does for who uses it, on a real PostgreSQL; its invariants hold after each."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from arena.base.db import Database
from arena.base.money import EUR, USD, Money
from arena.services.ledger import AccountKind, HoldRequest, Journal, Ledger, credit, debit
from arena.services.ledger.errors import (
    AccountMismatch,
    AlreadyReversed,
    HoldEnded,
    HoldNotFound,
    InsufficientFunds,
    InvalidJournal,
    JournalNotFound,
    KeyReused,
)
from packages.arena.tests.support.money import (
    BANK,
    SetClock,
    deposit,
    transfer,
    usd,
    wallet,
    withdrawal,
)

ADA, BOB = wallet("ada"), wallet("bob")


async def test_money_that_comes_in_is_there_and_owed(ledger: Ledger) -> None:
    await ledger.post(deposit("d1", "ada", 500))
    await ledger.post(withdrawal("w1", "ada", 200))

    assert (await ledger.balance(ADA)).posted == usd(300)
    assert (await ledger.balance(BANK)).posted == usd(300), "a debit account grows by debits"
    assert (await ledger.balance(BOB)).available == usd(0), "never used"


async def test_a_key_has_one_effect_and_one_answer(ledger: Ledger, clock: SetClock) -> None:
    first = await ledger.post(deposit("d1", "ada", 500))
    clock.now += 5

    assert await ledger.post(deposit("d1", "ada", 500)) == first
    assert (await ledger.balance(ADA)).posted == usd(500)


async def test_a_key_with_another_content_is_a_conflict(ledger: Ledger) -> None:
    await ledger.post(deposit("d1", "ada", 500))

    for other in (deposit("d1", "ada", 501), deposit("d1", "bob", 500)):
        with pytest.raises(KeyReused, match="'d1' was used for something else"):
            await ledger.post(other)


async def test_nothing_leaves_that_is_not_there(ledger: Ledger) -> None:
    await ledger.post(deposit("d1", "ada", 500))

    with pytest.raises(InsufficientFunds, match=r"5\.00 available, which is less than 5\.01"):
        await ledger.post(withdrawal("w1", "ada", 501))
    await ledger.post(deposit("d2", "ada", 1))
    await ledger.post(withdrawal("w1", "ada", 501))

    assert (await ledger.balance(ADA)).posted == usd(0), "a refused key may be used again"


async def test_those_that_come_together_share_no_fate(ledger: Ledger) -> None:
    await ledger.post(deposit("d0", "ada", 100))
    together = [
        deposit("d1", "bob", 50),
        withdrawal("w1", "ada", 101),
        deposit("d1", "bob", 50),
        deposit("d1", "bob", 51),
        withdrawal("w2", "ada", 100),
    ]
    outcomes = await asyncio.gather(*map(ledger.post, together), return_exceptions=True)

    assert outcomes[0] == outcomes[2]
    assert [type(each).__name__ for each in outcomes] == [
        "Posted", "InsufficientFunds", "Posted", "KeyReused", "Posted",
    ]  # fmt: skip
    assert (await ledger.balance(BOB)).posted == usd(50)


async def test_one_that_breaks_the_transaction_of_all_is_alone_with_it(
    fresh_database: Database,
) -> None:
    ledger = Ledger(fresh_database)
    async with fresh_database.transaction() as session:
        await session.execute(
            text("ALTER TABLE ledger_journals ADD CONSTRAINT odd CHECK (type <> 'odd')")
        )
    odd = transfer("t1", BANK, ADA, 1, type_="odd")
    together = [deposit("d1", "ada", 1), odd, deposit("d2", "ada", 1)]
    outcomes = await asyncio.gather(*map(ledger.post, together), return_exceptions=True)

    assert isinstance(outcomes[1], IntegrityError)
    assert (await ledger.balance(ADA)).posted == usd(2)


async def test_within_a_transaction_it_is_undone_with_it(
    ledger: Ledger, database: Database
) -> None:
    async def break_off() -> None:
        async with database.transaction() as session:
            await ledger.post(deposit("d1", "ada", 500), within=session)
            await ledger.hold(HoldRequest("h1", ADA, usd(200)), within=session)
            await ledger.capture("h1", to=BOB, within=session)
            raise KeyError

    with pytest.raises(KeyError):
        await break_off()
    assert (await ledger.balance(ADA)).posted == usd(0)

    async with database.transaction() as session:
        await ledger.post(deposit("d1", "ada", 7), within=session)
    assert (await ledger.balance(ADA)).posted == usd(7)


async def test_within_a_transaction_a_refusal_leaves_the_rest(
    ledger: Ledger, database: Database
) -> None:
    async with database.transaction() as session:
        await ledger.post(deposit("d1", "ada", 5), within=session)
        with pytest.raises(InsufficientFunds):
            await ledger.post(withdrawal("w1", "ada", 6), within=session)

    assert (await ledger.balance(ADA)).posted == usd(5)


async def test_a_hold_keeps_money_where_it_is(ledger: Ledger) -> None:
    await ledger.post(deposit("d1", "ada", 500))
    held = await ledger.hold(HoldRequest("h1", ADA, usd(300)))

    balance = await ledger.balance(ADA)
    assert (balance.posted, balance.held, balance.available) == (usd(500), usd(300), usd(200))
    assert await ledger.hold(HoldRequest("h1", ADA, usd(300))) == held
    with pytest.raises(InsufficientFunds):
        await ledger.post(withdrawal("w1", "ada", 201))
    with pytest.raises(InsufficientFunds):
        await ledger.hold(HoldRequest("h2", ADA, usd(201)))
    with pytest.raises(KeyReused):
        await ledger.hold(HoldRequest("h1", ADA, usd(299)))


async def test_a_capture_takes_a_part_and_frees_the_rest(ledger: Ledger) -> None:
    await ledger.post(deposit("d1", "ada", 500))
    await ledger.hold(HoldRequest("h1", ADA, usd(300)))
    captured = await ledger.capture("h1", to=BOB, amount=usd(120), ref="auction:7")

    assert captured.state == "captured"
    assert await ledger.capture("h1", to=BOB, amount=usd(120), ref="auction:7") == captured
    assert (await ledger.balance(ADA)).available == usd(380)
    assert (await ledger.balance(BOB)).available == usd(120)
    with pytest.raises(KeyReused, match="captured with another amount"):
        await ledger.capture("h1", to=BOB, ref="auction:7")
    with pytest.raises(HoldEnded, match="captured already"):
        await ledger.release("h1")


async def test_a_release_frees_all_of_it(ledger: Ledger) -> None:
    await ledger.post(deposit("d1", "ada", 500))
    await ledger.hold(HoldRequest("h1", ADA, usd(500)))
    released = await ledger.release("h1")

    assert (released.state, await ledger.release("h1")) == ("released", released)
    assert (await ledger.balance(ADA)).available == usd(500)
    with pytest.raises(HoldEnded, match="released already"):
        await ledger.capture("h1", to=BOB)


async def test_a_hold_whose_time_is_over_cannot_be_captured_and_is_swept(
    ledger: Ledger, clock: SetClock
) -> None:
    await ledger.post(deposit("d1", "ada", 500))
    await ledger.hold(HoldRequest("h1", ADA, usd(200), expires_ms=clock.now + 10))
    await ledger.hold(HoldRequest("h2", ADA, usd(100), expires_ms=clock.now + 11))
    await ledger.hold(HoldRequest("h3", ADA, usd(50)))
    clock.now += 10

    with pytest.raises(HoldEnded, match="expired already"):
        await ledger.capture("h1", to=BOB)
    assert await ledger.expire_holds() == 1
    assert (await ledger.balance(ADA)).held == usd(150)
    assert (await ledger.release("h1")).state == "expired"


@pytest.mark.parametrize("key", ["h0", "capture:h0"])
async def test_a_hold_that_is_not_there_is_not_found(ledger: Ledger, key: str) -> None:
    with pytest.raises(HoldNotFound):
        await ledger.capture(key, to=BOB)
    with pytest.raises(HoldNotFound):
        await ledger.release(key)


async def test_the_keys_of_captures_are_reserved(ledger: Ledger) -> None:
    with pytest.raises(InvalidJournal, match="like that of a capture"):
        await ledger.post(deposit("capture:h1", "ada", 1))


async def test_a_reversal_is_a_journal_that_undoes_once(ledger: Ledger) -> None:
    await ledger.post(deposit("d1", "ada", 500))
    await ledger.post(transfer("t1", ADA, BOB, 200))
    reversed_ = await ledger.reverse("r1", of="t1", ref="case:9")

    assert await ledger.reverse("r1", of="t1", ref="case:9") == reversed_
    assert (await ledger.balance(ADA)).posted == usd(500)
    with pytest.raises(AlreadyReversed):
        await ledger.reverse("r2", of="t1")
    with pytest.raises(KeyReused):
        await ledger.reverse("r1", of="d1", ref="case:9")
    with pytest.raises(JournalNotFound, match="no journal 'nothing' to reverse"):
        await ledger.reverse("r3", of="nothing")


async def test_what_was_spent_cannot_be_taken_back(ledger: Ledger) -> None:
    await ledger.post(deposit("d1", "ada", 500))
    await ledger.post(transfer("t1", ADA, BOB, 200))

    with pytest.raises(InsufficientFunds):
        await ledger.reverse("r1", of="d1")


async def test_an_account_is_of_one_kind(ledger: Ledger) -> None:
    await ledger.post(deposit("d1", "ada", 500))
    other = AccountKind("wallet", "credit", overdraft=True).of("ada", USD)
    together = [deposit("d2", "ada", 1), transfer("t1", other, BOB, 1), deposit("d3", "ada", 1)]
    outcomes = await asyncio.gather(*map(ledger.post, together), return_exceptions=True)

    assert isinstance(outcomes[1], AccountMismatch)
    assert (await ledger.balance(ADA)).posted == usd(502)
    with pytest.raises(AccountMismatch, match="exists with side credit, scale 2 and overdraft F"):
        await ledger.hold(HoldRequest("h1", other, usd(1)))


async def test_one_journal_pays_many(ledger: Ledger) -> None:
    await ledger.post(deposit("d1", "pool", 3_000))
    winners = [credit(wallet(f"user:{number}"), usd(1)) for number in range(3_000)]
    await ledger.post(Journal("prize", "prize", (debit(wallet("pool"), usd(3_000)), *winners)))

    assert (await ledger.balance(wallet("user:2999"))).posted == usd(1)
    assert (await ledger.balance(wallet("pool"))).posted == usd(0)


async def test_currencies_are_apart(ledger: Ledger) -> None:
    euros = Money(7, EUR)
    bank, mine = AccountKind("outside", "debit", overdraft=True).of("bank", EUR), wallet("ada", EUR)
    await ledger.post(deposit("d1", "ada", 5))
    await ledger.post(Journal("d2", "deposit", (debit(bank, euros), credit(mine, euros))))

    assert ((await ledger.balance(mine)).posted, (await ledger.balance(ADA)).posted) == (
        euros,
        usd(5),
    )


async def test_a_statement_is_paged_newest_first(ledger: Ledger) -> None:
    for number in range(1, 8):
        await ledger.post(deposit(f"d{number}", "ada", number))
    pages = [await ledger.statement(ADA, limit=3)]
    while pages[-1].next is not None:
        pages.append(await ledger.statement(ADA, limit=3, before=pages[-1].next))

    lines = [line for page in pages for line in page.lines]
    assert [len(page.lines) for page in pages] == [3, 3, 1]
    assert [line.key for line in lines] == [f"d{number}" for number in range(7, 0, -1)]
    assert [line.balance for line in lines][:2] == [usd(28), usd(21)]
    for limit in (0, 501):
        with pytest.raises(InvalidJournal, match="1 to 500 lines"):
            await ledger.statement(ADA, limit=limit)
