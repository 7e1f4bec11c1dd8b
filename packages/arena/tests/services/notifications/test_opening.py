"""Which channels an installation has, and what it is told about those that cannot work."""

from typing import Any

import pytest
from pydantic import SecretStr

from arena.base.db import Database
from arena.base.db.opening import connect
from arena.base.errors import Misconfigured
from arena.base.settings import ArenaSettings
from arena.services.notifications import (
    IN_APP,
    Intent,
    Kind,
    Notifications,
    Template,
    UnknownChannel,
)
from arena.services.notifications.opening import open_notifications
from backbeat import Backbeat
from packages.backbeat.tests.support.private_server import PrivateServer

SALE = Kind("sale", Template("Sold", "It is sold."), channels=(IN_APP, "email", "slack", "sms"))


def opened(database: Database, app: Backbeat, **given: Any) -> Notifications:
    return open_notifications(ArenaSettings(**given), app, database)


async def test_a_kind_goes_by_those_of_its_channels_that_there_are(
    database: Database, valkey: PrivateServer
) -> None:
    async with Backbeat(valkey.url) as app:
        service = opened(
            database, app, email_provider_url="http://127.0.0.1:1", chat_channels="slack, slack"
        )
        service.declare(SALE)
        told = await service.notify(Intent("ann", "sale", "1"))
        states = {each.channel: each.state for each in await service.deliveries(told.notification)}
        await service.close()
    assert states == {IN_APP: "queued", "email": "unreachable", "slack": "unreachable"}


async def test_without_any_setting_there_is_the_inbox(
    database: Database, valkey: PrivateServer
) -> None:
    async with Backbeat(valkey.url) as app:
        service = opened(database, app)
        service.declare(SALE)
        assert list((await service.notify(Intent("ann", "sale", "1"))).queued) == [IN_APP]
        with pytest.raises(UnknownChannel, match="'pigeon'"):
            service.declare(Kind("letter", Template("A", "b"), channels=("pigeon",)))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"email_provider_url": "mail.example.com"}, "EMAIL_PROVIDER_URL is no address"),
        ({"sms_provider_url": "https:///v1"}, "SMS_PROVIDER_URL is no address"),
        ({"push_provider_url": "ftp://hunter2@h"}, "PUSH_PROVIDER_URL is no address"),
        (
            {"push_provider_token": SecretStr("hunter2")},
            "PUSH_PROVIDER_TOKEN is set and PUSH_PROVIDER_URL is not",
        ),
        ({"chat_channels": "slack,syslog"}, "CHAT_CHANNELS names 'syslog': there are slack"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_starts(
    given: dict[str, Any], words: str
) -> None:
    nowhere = connect("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Misconfigured, match=words) as refused:
        opened(nowhere, Backbeat("redis://127.0.0.1:1"), **given)
    assert "hunter2" not in str(refused.value)
