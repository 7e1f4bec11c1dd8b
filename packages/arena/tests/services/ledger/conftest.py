"""A ledger on a database of the test's own."""

from collections.abc import AsyncIterator

import pytest

from arena.base.db import Database
from arena.services.ledger import Ledger
from packages.arena.tests.support.money import SetClock


@pytest.fixture
def clock() -> SetClock:
    """The clock of the ledger."""
    return SetClock()


@pytest.fixture
async def ledger(database: Database, clock: SetClock) -> AsyncIterator[Ledger]:
    """An empty ledger, whose invariants hold when the test is over."""
    ledger = Ledger(database, clock=clock)
    yield ledger
    await ledger.close()
    assert (await ledger.verify()).broken == ()
