"""By e-mail people are reached where somebody vouches for the address."""

from uuid import uuid4

import pytest
from pydantic import SecretStr

from arena.base.sessions.store.users import User
from arena.base.settings import ArenaSettings
from arena.bootstrap.greeting import greets
from arena.house import House
from backbeat import Backbeat


@pytest.mark.parametrize(
    ("provider", "vouched", "believe", "reached"),
    [
        ("http://127.0.0.1:1", True, False, True),
        ("http://127.0.0.1:1", False, False, False),
        ("http://127.0.0.1:1", False, True, True),
        (None, True, True, False),
    ],
)
async def test_an_address_is_used_when_it_is_known_to_be_theirs(
    house: House, provider: str | None, vouched: bool, believe: bool, reached: bool
) -> None:
    settings = ArenaSettings(email_provider_url=provider, email_provider_token=SecretStr(""))
    other = House(settings=settings, jobs=Backbeat("redis://127.0.0.1:1"), database=house.database)
    user = User(id=uuid4(), email="ada@example.com", username="ada", created_ms=1)
    await greets(other.notifications, believe=believe)(user, vouched)
    expected = {"email": "ada@example.com"} if reached else {}
    assert await other.notifications.users.addresses(str(user.id)) == expected
    await other.close()
