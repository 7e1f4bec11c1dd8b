"""Workers that die between sending and logging: nothing is lost, and nothing comes twice."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from arena.base.db import Database
from arena.services.notifications import Intent, Provider
from arena.services.notifications.fake_provider import FakeProvider
from backbeat import Backbeat
from packages.arena.tests.services.notifications.stage import FIELDS, Stage
from packages.backbeat.tests.support.private_server import PrivateServer


@contextmanager
def worker(valkey: PrivateServer, database: Database, provider: FakeProvider) -> Iterator[None]:
    """A worker process; killed at the end."""
    postgres = database.engine.url.set(drivername="postgresql")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "packages.arena.tests.services.notifications.worker_process",
            valkey.url,
            postgres.render_as_string(hide_password=False),
            provider.url,
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield
    finally:
        process.kill()
        process.communicate()


async def reached(stage: Stage, *users: str) -> list[int]:
    """Tell users something that goes by e-mail."""
    for user in users:
        await stage.notifications.users.set_address(user, "email", f"{user}@example.org")
    return [await stage.outbid("bid-1", user) for user in users]


@pytest.mark.parametrize("behaviour", ["hang", "stall"])
async def test_a_message_of_a_killed_worker_comes_once(
    stage: Stage,
    valkey: PrivateServer,
    database: Database,
    provider: FakeProvider,
    behaviour: str,
) -> None:
    [notification] = await reached(stage, "ann")
    provider.behaviours.append(behaviour)
    with worker(valkey, database, provider):
        provider.wait_for(1)
    assert (await stage.email(notification)).state == "sending"
    with worker(valkey, database, provider):
        delivery = await stage.ended(notification)
    assert delivery.state == "sent"
    assert await stage.outcomes(notification) == ["unsure", "brought"]
    assert [each["to"] for each in provider.taken] == ["ann@example.org"]


async def test_after_kills_everybody_has_been_told_once(
    stage: Stage, valkey: PrivateServer, database: Database, provider: FakeProvider
) -> None:
    users = [f"user-{number}" for number in range(20)]
    notifications = await reached(stage, *users)
    for _ in range(2):
        # Four that end, and more than it has slots for that do not: some go on when it is killed.
        behaviours = ["ok", "500", "drop", "ok"] + ["stall", "hang"] * 5
        provider.behaviours[:] = behaviours
        seen = len(provider.came)
        with worker(valkey, database, provider):
            provider.wait_for(seen + 6)
    provider.behaviours.clear()
    with worker(valkey, database, provider):
        for notification in notifications:
            assert (await stage.ended(notification)).state == "sent"
    assert sorted(each["to"] for each in provider.taken) == sorted(
        f"{user}@example.org" for user in users
    )


async def test_what_was_written_down_but_has_no_job_is_swept_up(
    stage: Stage, database: Database, provider: FakeProvider
) -> None:
    await stage.notifications.users.set_address("ann", "email", "ann@example.org")
    async with database.transaction() as session:
        told = await stage.notifications.record(session, Intent("ann", "outbid", "1", FIELDS))
    # The process died here: nobody sent it.
    assert await stage.notifications.sweep() == 0
    stage.ahead_ms = 61_000
    assert await stage.notifications.sweep() == 1
    async with stage.worker():
        assert (await stage.ended(told.notification)).state == "sent"
    assert await stage.notifications.sweep() == 0
    assert len(provider.taken) == 1


@pytest.mark.parametrize(("repeats", "state", "times"), [(True, "sent", 2), (False, "unsure", 1)])
async def test_without_keys_it_is_twice_or_maybe_never_as_one_says(
    database: Database,
    valkey: PrivateServer,
    provider: FakeProvider,
    repeats: bool,
    state: str,
    times: int,
) -> None:
    provider.behaviours += ["drop", "forget"]
    email = Provider("email", provider.url, seconds=0.5, keeps_keys=False)
    stage = Stage(Backbeat(url=valkey.url), database, [email], repeats=repeats)
    [notification] = await reached(stage, "ann")
    async with stage.worker():
        assert (await stage.ended(notification)).state == state
    assert len(provider.taken) == times
    await email.close()
    await stage.app.close()
