"""People say themselves where a chat reaches them, and nothing else."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from arena.base.db import Database
from arena.services.notifications import Apprise, Provider
from backbeat import Backbeat
from packages.arena.tests.base.http.shop import PEOPLE, Shop, open_shop
from packages.arena.tests.services.notifications.stage import Stage
from packages.backbeat.tests.support.private_server import PrivateServer

ADA = str(PEOPLE["ada"].user_id)
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
# apprise loads all of its plugins at the first address; one imports what Python 3.13 has not.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
async def chatty(database: Database, valkey: PrivateServer) -> AsyncIterator[Stage]:
    """A service with e-mail and a chat."""
    async with Backbeat(valkey.url) as app:
        email = Provider("email", "http://127.0.0.1:9")
        yield Stage(app, database, [email, Apprise("slack", schemes=frozenset({"slack"}))])
        await email.close()


@pytest.fixture
async def shop(chatty: Stage) -> AsyncIterator[Shop]:
    """A house with the routes of notifications."""
    async with open_shop(chatty.app) as shop:
        shop.web.include_router(chatty.notifications.routes(), prefix="/api")
        yield shop


async def ask(shop: Shop, method: str, path: str, **given: Any) -> Any:
    answer = await shop.ask(method, f"/api/notifications/addresses{path}", "ada", **given)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["channels"]


async def test_a_chat_is_told_and_left_and_its_key_is_not_shown(shop: Shop, chatty: Stage) -> None:
    assert await ask(shop, "GET", "") == []
    assert await ask(shop, "PUT", "/slack", json={"address": SLACK}) == ["slack"]
    assert await chatty.notifications.users.addresses(ADA) == {"slack": SLACK}
    assert await ask(shop, "DELETE", "/slack") == []


@pytest.mark.parametrize(
    ("channel", "address", "refused"),
    [
        ("email", "bob@example.org", (404, "UNKNOWN_CHANNEL")),
        ("in_app", "x", (404, "UNKNOWN_CHANNEL")),
        ("slack", "json://127.0.0.1:6379/", (400, "VALIDATION_FAILED")),
        ("slack", "slack://", (400, "VALIDATION_FAILED")),
        ("slack", "", (400, "VALIDATION_FAILED")),
    ],
)
async def test_nobody_is_reached_at_what_is_no_chat_of_theirs(
    shop: Shop, chatty: Stage, channel: str, address: str, refused: tuple[int, str]
) -> None:
    path = f"/api/notifications/addresses/{channel}"
    assert await shop.error("PUT", path, "ada", json={"address": address}) == refused
    assert await chatty.notifications.users.addresses(ADA) == {}
