"""Who is told what, when, and how often."""

from datetime import UTC, datetime, timedelta

import pytest

from arena.base.db import Database
from arena.services.notifications import (
    BadTemplate,
    Intent,
    Kind,
    Notifications,
    QuietHours,
    Template,
    UnknownChannel,
    UnknownKind,
)
from arena.services.notifications.actions.delivering import Done, Held
from arena.services.notifications.fake_provider import FakeProvider
from backbeat import Backbeat, Rate
from packages.arena.tests.services.notifications.stage import FIELDS, Stage
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture(autouse=True)
async def _ann(stage: Stage) -> None:
    await stage.notifications.users.set_address("ann", "email", "ann@example.org")


def now_at(stage: Stage, hour: int) -> None:
    """Let it be so late in UTC."""
    real = datetime.now(UTC)
    later = (real + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)
    stage.ahead_ms = round((later - real).total_seconds() * 1000)


async def test_in_quiet_hours_it_waits_until_they_are_over(
    stage: Stage, provider: FakeProvider
) -> None:
    now_at(stage, 23)
    await stage.notifications.users.set_quiet_hours("ann", QuietHours("UTC", 22 * 60, 24 * 60 - 1))
    notification = await stage.outbid("bid-1")
    delivery = await stage.email(notification)
    held = await stage.delivering.bring(delivery.id, last=False)
    assert isinstance(held, Held)
    assert 58 * 60 < held.seconds <= 59 * 60
    assert (await stage.email(notification)).attempts == 0
    assert provider.came == []
    stage.ahead_ms += 59 * 60 * 1000
    assert await stage.delivering.bring(delivery.id, last=False) == Done("sent")


async def test_what_is_held_back_is_no_work_for_the_sweep(stage: Stage) -> None:
    now_at(stage, 23)
    await stage.notifications.users.set_quiet_hours("ann", QuietHours("UTC", 22 * 60, 7 * 60))
    delivery = await stage.email(await stage.outbid("bid-1"))
    await stage.delivering.bring(delivery.id, last=False)
    stage.ahead_ms += 5 * 60 * 1000
    assert await stage.notifications.sweep() == 0


async def test_what_is_urgent_comes_at_night(stage: Stage, provider: FakeProvider) -> None:
    now_at(stage, 23)
    await stage.notifications.users.set_quiet_hours("ann", QuietHours("UTC", 22 * 60, 7 * 60))
    told = await stage.notifications.notify(Intent("ann", "alarm", "1", {"place": "Oslo"}))
    delivery = await stage.email(told.notification)
    assert await stage.delivering.bring(delivery.id, last=False) == Done("sent")
    assert len(provider.taken) == 1


async def test_a_user_is_disturbed_so_often_and_no_more(
    database: Database, valkey: PrivateServer, provider: FakeProvider, stage: Stage
) -> None:
    calm = stage.again(per_user=Rate(2, per=60))
    numbers = [(await calm.email(await calm.outbid(f"bid-{n}"))).id for n in range(3)]
    results = [await calm.delivering.bring(number, last=False) for number in numbers]
    assert results[:2] == [Done("sent")] * 2
    assert isinstance(results[2], Held)
    assert 50 < results[2].seconds <= 60
    told = await calm.notifications.notify(Intent("ann", "alarm", "1", {"place": "Oslo"}))
    urgent = await calm.email(told.notification)
    assert await calm.delivering.bring(urgent.id, last=False) == Done("sent")
    await calm.app.close()


async def test_what_is_not_wanted_is_logged_as_muted(stage: Stage, provider: FakeProvider) -> None:
    users = stage.notifications.users
    await users.prefer("ann", kind="outbid", channel="email", wanted=False)
    muted = await stage.outbid("bid-1")
    assert (await stage.email(muted)).state == "muted"
    assert (await stage.notifications.inboxes.page("ann")).unread == 1
    await users.prefer("ann", kind="outbid", channel="email", wanted=None)
    assert (await stage.email(await stage.outbid("bid-2"))).state == "queued"
    await users.prefer("ann", wanted=False)
    await stage.outbid("bid-3")
    assert (await stage.notifications.inboxes.page("ann")).unread == 2


async def test_who_gave_no_address_is_not_reachable(stage: Stage) -> None:
    assert (await stage.email(await stage.outbid("bid-1", "bob"))).state == "unreachable"
    gone = await stage.email(await stage.outbid("bid-1"))
    await stage.notifications.users.set_address("ann", "email", None)
    assert await stage.delivering.bring(gone.id, last=False) == Done("unreachable")


async def test_old_news_is_not_sent(stage: Stage, provider: FakeProvider) -> None:
    delivery = await stage.email(await stage.outbid("bid-1"))
    stage.ahead_ms = 2 * 3_600_000
    assert await stage.delivering.bring(delivery.id, last=False) == Done("expired")
    assert provider.came == []


async def test_a_job_that_comes_twice_does_nothing_more(
    stage: Stage, provider: FakeProvider
) -> None:
    delivery = await stage.email(await stage.outbid("bid-1"))
    for _ in range(2):
        assert await stage.delivering.bring(delivery.id, last=False) == Done("sent")
    assert len(provider.came) == 1


async def test_what_does_not_fit_is_refused_and_nothing_is_written(
    stage: Stage, database: Database, valkey: PrivateServer
) -> None:
    with pytest.raises(UnknownKind, match="there are alarm, outbid"):
        await stage.notifications.notify(Intent("ann", "welcome", "1"))
    with pytest.raises(BadTemplate, match="no value for"):
        await stage.notifications.notify(Intent("ann", "outbid", "1"))
    told = await stage.notifications.notify(Intent("ann", "outbid", "1", FIELDS))
    assert not told.repeated
    with pytest.raises(UnknownChannel, match="'pigeon'; there are email, in_app"):
        await stage.notifications.users.set_address("ann", "pigeon", "roof")
    with pytest.raises(UnknownChannel, match="goes by 'sms'"):
        Notifications(Backbeat(), database, [Kind("a", Template("a", "b"), channels=("sms",))])
