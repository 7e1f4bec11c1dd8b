"""The inbox is stored: pages, unread counts, and who may mark what."""

import asyncio

import pytest

from arena.base.db import Database
from arena.base.errors import Invalid
from arena.services.notifications import Intent, Notifications
from backbeat import Backbeat
from packages.arena.tests.services.notifications.stage import FIELDS, Stage


async def test_the_newest_is_first_and_pages_follow_each_other(stage: Stage) -> None:
    for number in range(25):
        await stage.outbid(f"bid-{number}")
    inboxes = stage.notifications.inboxes
    page = await inboxes.page("ann", count=10)
    assert page.unread == 25
    await stage.outbid("bid-new")
    seen = list(page.entries)
    while page.cursor is not None:
        page = await inboxes.page("ann", cursor=page.cursor, count=10)
        seen += page.entries
    ids = [entry.id for entry in seen]
    assert len(ids) == 25
    assert ids == sorted(ids, reverse=True)
    assert seen[0].title == "Outbid on Lot 7"
    assert page.unread == 26


async def test_reading_counts_once_and_only_for_its_owner(stage: Stage) -> None:
    for user in ("ann", "bob"):
        for number in range(3):
            await stage.outbid(f"bid-{number}", user)
    inboxes = stage.notifications.inboxes
    ids = [entry.id for entry in (await inboxes.page("ann")).entries]
    assert await inboxes.mark_read("bob", ids) == 0
    assert await inboxes.mark_read("ann", ids[:2]) == 2
    assert await inboxes.mark_read("ann", ids) == 1
    assert (await inboxes.unread("ann"), await inboxes.unread("bob")) == (0, 3)
    assert (await inboxes.page("ann", unread=True)).entries == ()
    assert all(entry.read_ms for entry in (await inboxes.page("ann")).entries)


async def test_all_are_read_up_to_what_was_seen(stage: Stage) -> None:
    for number in range(3):
        await stage.outbid(f"bid-{number}")
    inboxes = stage.notifications.inboxes
    newest = (await inboxes.page("ann", count=1)).entries[0].id
    await stage.outbid("bid-unseen")
    assert await inboxes.mark_all_read("ann", up_to=newest) == 3
    assert await inboxes.unread("ann") == 1


async def test_one_intent_from_many_processes_is_one_entry(stage: Stage) -> None:
    intent = Intent("ann", "outbid", "bid-1", FIELDS)
    told = await asyncio.gather(*(stage.notifications.notify(intent) for _ in range(20)))
    assert len({each.notification for each in told}) == 1
    assert sum(not each.repeated for each in told) == 1
    assert await stage.notifications.inboxes.unread("ann") == 1


async def test_an_intent_lives_and_dies_with_the_transaction_of_its_caller(
    stage: Stage, database: Database
) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await stage.notifications.record(session, Intent("ann", "outbid", "1", FIELDS))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await fail()
    assert await stage.notifications.inboxes.unread("ann") == 0
    await stage.outbid("1")
    assert await stage.notifications.inboxes.unread("ann") == 1


async def test_what_is_old_goes_unless_it_is_still_to_be_brought(stage: Stage) -> None:
    await stage.notifications.users.set_address("ann", "email", "ann@example.org")
    open_still = await stage.outbid("bid-1", "ann")
    ended = await stage.outbid("bid-1", "bob")
    assert await stage.notifications.prune() == 0
    stage.ahead_ms = 91 * 86_400_000
    new = await stage.outbid("bid-2", "bob")
    assert await stage.notifications.prune() == 1
    assert await stage.notifications.deliveries(ended) == []
    assert len(await stage.notifications.deliveries(open_still)) == 2
    assert await stage.outbid("bid-1", "bob") not in (ended, new)
    delivery = await stage.email(open_still)
    await stage.delivering.bring(delivery.id, last=False)
    assert (await stage.email(open_still)).state == "expired"
    assert await stage.notifications.prune() == 1


async def test_a_channel_that_is_gone_leaves_nothing_open(stage: Stage, database: Database) -> None:
    await stage.notifications.users.set_address("ann", "email", "ann@example.org")
    notification = await stage.outbid("bid-1", "ann")
    without = Notifications(Backbeat(), database, [], clock=stage.now_ms)
    stage.ahead_ms = 120_000
    assert await without.sweep() == 0
    assert (await stage.email(notification)).state == "queued"
    stage.ahead_ms = 3 * 3_600_000
    assert await without.sweep() == 0
    assert (await stage.email(notification)).state == "expired"


async def test_what_is_too_much_is_refused(stage: Stage) -> None:
    with pytest.raises(Invalid, match="1 to 100 entries, not 101"):
        await stage.notifications.inboxes.page("ann", count=101)
    with pytest.raises(Invalid, match="at most 100 entries"):
        await stage.notifications.inboxes.mark_read("ann", list(range(101)))
    with pytest.raises(Invalid, match="no user"):
        await stage.notifications.inboxes.page("")
