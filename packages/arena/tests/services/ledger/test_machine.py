"""Any order of calls: the ledger answers as its model does, and its invariants hold after each."""

import os
import random
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from arena.base.db import Database
from arena.services.ledger import Account, HoldRequest, Journal, Ledger
from packages.arena.tests.services.ledger.machine import LedgerMachine, outcome
from packages.arena.tests.support.databases import Databases
from packages.arena.tests.support.ledger_model import LedgerModel
from packages.arena.tests.support.money import BANK, SetClock, transfer, usd, wallet
from packages.arena.tests.support.together import together

LONG: Final = os.environ.get("FAULTS") == "long"


@pytest.mark.timeout(7_200 if LONG else 300)
def test_the_ledger_answers_as_its_model_does(databases: Databases) -> None:
    machine = type("Machine", (LedgerMachine,), {"databases": databases})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=400 if LONG else 10,
            stateful_step_count=50 if LONG else 25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def any_transfer(dice: random.Random, accounts: list[Account], key: str) -> Journal:
    source, target = dice.sample(accounts, 2)
    return transfer(key, source, target, dice.randint(1, 500))


@pytest.mark.timeout(7_200 if LONG else 120)
async def test_many_random_operations_leave_what_the_model_says(database: Database) -> None:
    """Journals of one moment are done in their order, so that the model can foretell each."""
    clock, model, dice = SetClock(), LedgerModel(), random.Random(5)
    ledger = Ledger(database, clock=clock)
    accounts = [BANK, *(wallet(f"user:{number}") for number in range(50))]
    operations, turn = (1_000_000, 400) if LONG else (4_000, 200)
    for start in range(0, operations, turn):
        journals = [
            any_transfer(dice, accounts, f"j{dice.randrange(start + turn)}")
            for _ in range(turn - 4)
        ]
        foretold = [model.post(journal) for journal in journals]
        assert await together(outcome(ledger.post(journal)) for journal in journals) == foretold
        for _ in range(2):
            key, account = f"h{dice.randrange(start + turn)}", dice.choice(accounts[1:])
            request = HoldRequest(key, account, usd(dice.randint(1, 100)))
            assert await outcome(ledger.hold(request)) == model.hold(request)
            ended = dice.choice(sorted(model.holds)) if model.holds else key
            if dice.random() < 0.5:
                assert await outcome(ledger.release(ended)) == model.release(ended)
            else:
                taken = await outcome(ledger.capture(ended, to=BANK, amount=usd(1)))
                assert taken == model.capture(ended, BANK, 1, clock.now)
    await ledger.seal()

    for account in accounts:
        posted = account.kind.sign * model.balances.get(account, 0)
        assert (await ledger.balance(account)).posted == usd(posted)
    report = await ledger.verify()
    assert report.broken == ()
    assert report.sealed == len(model.journals)
