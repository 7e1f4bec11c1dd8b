"""Any order of calls: the ledger answers as its model does, and its invariants hold after each."""

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
from packages.backbeat.tests.support.fault_report import LONG, Finding, publish, size

# A million operations in a long run, in parts of which none takes more than a few minutes.
SEEDS: Final = range(size(ci=1, long=4))
OPERATIONS: Final = size(ci=4_000, long=250_000)
TURN: Final = size(ci=200, long=400)


@pytest.mark.timeout(1_200 if LONG else 300)
def test_the_ledger_answers_as_its_model_does(databases: Databases) -> None:
    machine = type("Machine", (LedgerMachine,), {"databases": databases})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=size(ci=10, long=200),
            stateful_step_count=size(ci=25, long=30),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def any_transfer(dice: random.Random, accounts: list[Account], key: str) -> Journal:
    source, target = dice.sample(accounts, 2)
    return transfer(key, source, target, dice.randint(1, 500))


@pytest.mark.timeout(1_200 if LONG else 120)
@pytest.mark.parametrize("seed", SEEDS)
async def test_many_random_operations_leave_what_the_model_says(
    database: Database, seed: int
) -> None:
    """Journals of one moment are done in their order, so that the model can foretell each."""
    clock, model, dice = SetClock(), LedgerModel(), random.Random(seed)
    ledger = Ledger(database, clock=clock)
    accounts = [BANK, *(wallet(f"user:{number}") for number in range(50))]
    for start in range(0, OPERATIONS, TURN):
        journals = [
            any_transfer(dice, accounts, f"j{dice.randrange(start + TURN)}")
            for _ in range(TURN - 4)
        ]
        foretold = [model.post(journal) for journal in journals]
        assert await together(outcome(ledger.post(journal)) for journal in journals) == foretold
        for _ in range(2):
            key, account = f"h{dice.randrange(start + TURN)}", dice.choice(accounts[1:])
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
    publish(
        Finding(
            "ledger: random operations beside a model", OPERATIONS, seed,
            violations=len(report.broken),
        )
    )  # fmt: skip
    assert report.broken == ()
    assert report.sealed == len(model.journals)
