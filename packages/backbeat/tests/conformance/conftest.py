"""The same tests on every store: what an application sees must not depend on where its jobs are."""

from collections.abc import AsyncIterator

import pytest

from backbeat import Backbeat
from backbeat.testing import FakeClock, application
from packages.backbeat.tests.conftest import REDIS7


@pytest.fixture(params=["valkey", REDIS7, "fakeredis"])
def url(request: pytest.FixtureRequest) -> str | None:
    """Address of the server; None for the one without a server."""
    if request.param == "fakeredis":
        return None
    address: str = request.getfixturevalue(request.param).url
    return address


@pytest.fixture
def clock() -> FakeClock:
    """The time of the test."""
    return FakeClock()


@pytest.fixture
async def app(url: str | None, clock: FakeClock) -> AsyncIterator[Backbeat]:
    """An application on an empty store, in the time of the test."""
    declared = Backbeat()
    async with application(declared, clock=clock, url=url):
        yield declared
