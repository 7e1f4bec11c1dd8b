"""Many processes want the same money: one ledger object stands for each of them here."""

from collections import Counter
from collections.abc import AsyncIterator
from itertools import permutations

import pytest

from arena.base.db import Database
from arena.services.ledger import HoldRequest, Ledger
from packages.arena.tests.services.ledger.machine import outcome
from packages.arena.tests.support.money import deposit, transfer, usd, wallet, withdrawal
from packages.arena.tests.support.together import together

ADA, BOB = wallet("ada"), wallet("bob")
PROCESSES = 8


@pytest.fixture
async def ledgers(database: Database) -> AsyncIterator[list[Ledger]]:
    """As many ledgers as processes, each with commits of its own; ada has 5.00."""
    ledgers = [Ledger(database) for _ in range(PROCESSES)]
    await ledgers[0].post(deposit("d0", "ada", 500))
    yield ledgers
    assert (await ledgers[0].verify()).broken == ()


async def test_200_that_withdraw_everything_get_it_once(ledgers: list[Ledger]) -> None:
    outcomes = await together(
        outcome(ledgers[number % PROCESSES].post(withdrawal(f"w{number}", "ada", 500)))
        for number in range(200)
    )

    assert Counter(outcomes) == {"Posted": 1, "InsufficientFunds": 199}


async def test_200_with_one_key_get_one_answer(ledgers: list[Ledger]) -> None:
    answers = await together(
        ledgers[number % PROCESSES].post(withdrawal("w1", "ada", 500)) for number in range(200)
    )

    assert len(set(answers)) == 1


async def test_one_key_for_different_things_is_one_of_them(ledgers: list[Ledger]) -> None:
    outcomes = await together(
        outcome(ledgers[number % PROCESSES].post(deposit("d1", f"user:{number}", 1)))
        for number in range(64)
    )

    assert Counter(outcomes) == {"Posted": 1, "KeyReused": 63}


async def test_money_that_goes_round_in_all_directions_waits_in_no_ring(
    ledgers: list[Ledger],
) -> None:
    people = [wallet(f"user:{number}") for number in range(5)]
    await together(ledgers[0].post(deposit(f"s{n}", f"user:{n}", 1_000)) for n in range(5))
    pairs = list(permutations(people, 2)) * 16
    outcomes = await together(
        outcome(ledgers[number % PROCESSES].post(transfer(f"t{number}", source, target, 1)))
        for number, (source, target) in enumerate(pairs)
    )

    assert set(outcomes) == {"Posted"}


async def test_a_hold_that_all_want_to_end_ends_once(ledgers: list[Ledger]) -> None:
    await ledgers[0].hold(HoldRequest("h1", ADA, usd(500)))
    outcomes = await together(
        outcome(ledger.capture("h1", to=BOB) if number % 2 else ledger.release("h1"))
        for number, ledger in enumerate(ledgers)
    )

    assert Counter(outcomes) == {"Hold": 4, "HoldEnded": 4}
    assert (await ledgers[0].balance(ADA)).held == usd(0)


async def test_holds_that_all_want_everything_are_one(ledgers: list[Ledger]) -> None:
    outcomes = await together(
        outcome(ledger.hold(HoldRequest(f"h{number}", ADA, usd(500))))
        for number, ledger in enumerate(ledgers)
    )

    assert Counter(outcomes) == {"Hold": 1, "InsufficientFunds": 7}


async def test_a_hold_of_one_key_is_one_hold(ledgers: list[Ledger]) -> None:
    answers = await together(ledger.hold(HoldRequest("h1", ADA, usd(300))) for ledger in ledgers)

    assert len(set(answers)) == 1
    assert (await ledgers[0].balance(ADA)).held == usd(300)


async def test_a_journal_that_all_reverse_is_reversed_once(ledgers: list[Ledger]) -> None:
    await ledgers[0].post(transfer("t1", ADA, BOB, 200))
    outcomes = await together(
        outcome(ledger.reverse(f"r{number}", of="t1")) for number, ledger in enumerate(ledgers)
    )

    assert Counter(outcomes) == {"Posted": 1, "AlreadyReversed": 7}
