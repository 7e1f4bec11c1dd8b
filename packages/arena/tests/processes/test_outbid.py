"""Who is outbid is told once, whichever processes the bid, the job and the page are in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from arena.base.db import Database
from packages.arena.tests.apps.auctions.faults.crowd import becomes
from packages.arena.tests.apps.auctions.live.served import Person, Served
from packages.arena.tests.apps.auctions.live.test_over_rest import post_bid
from packages.arena.tests.processes.conftest import OpenDoor
from packages.arena.tests.support.processes import Installation

pytestmark = pytest.mark.timeout(300)

# Whoever writes down how an attempt ended waits for the test.
HELD_UP = """
CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NEW; END $$;
CREATE TRIGGER held_up BEFORE UPDATE ON notification_attempts
FOR EACH ROW EXECUTE FUNCTION wait_for_test();
"""


@asynccontextmanager
async def held_up(database: Database) -> AsyncIterator[None]:
    """No attempt at a notification is written down as ended before the block is."""
    address = database.engine.url.set(drivername="postgresql")
    connection = await asyncpg.connect(address.render_as_string(hide_password=False))
    try:
        await connection.execute(HELD_UP)
        await connection.execute("SELECT pg_advisory_lock(42)")
        yield
    finally:
        await connection.close()


async def outbid(auction_id: str, who: Person, by: Person, *amounts: str) -> None:
    """Somebody bids, over REST, and then somebody else more."""
    for person, amount in zip((who, by), amounts, strict=True):
        answer = await post_bid(person, auction_id, amount)
        assert answer.status_code == 201, answer.text


async def come(here: Served, there: Served) -> tuple[Person, Person, str]:
    """Ann comes by one process and Bob by another, where his page follows his inbox."""
    seller, ann, bob = (
        await here.visit("seller"), await here.visit("ann"), await there.visit("bob")
    )  # fmt: skip
    answer = await bob.call("notifications:follow")
    assert answer == {"success": True, "data": {"unread": 0}}
    return ann, bob, await here.sale(seller, paceMs=0)


async def test_who_is_outbid_hears_of_it_in_another_process_though_the_worker_is_killed(
    installation: Installation, open_door: OpenDoor, fresh_database: Database
) -> None:
    _, here = await open_door()
    _, there = await open_door()
    ann, bob, auction_id = await come(here, there)
    worker = await asyncio.to_thread(installation.worker)
    async with held_up(fresh_database):
        await outbid(auction_id, bob, ann, "20.00", "30.00")
        first = await bob.hear("notification")
        # He was told, and nobody has written that down yet.
        worker.kill()
    assert (first["type"], first["title"]) == ("auction-outbid", "Outbid: A watch")
    assert first["message"] == "Somebody else leads with 20.50 USD."
    await asyncio.to_thread(installation.worker)
    me = (await bob.http.get("/api/auth/me")).json()["data"]["id"]
    his = f"FROM notification_deliveries WHERE state = 'sent' AND user_id = '{me}'"
    await becomes(fresh_database, f"SELECT count(*) {his}", 1)
    await outbid(auction_id, bob, ann, "40.00", "50.00")
    second = await bob.hear("notification")
    await becomes(fresh_database, f"SELECT count(*) {his}", 2)
    # The first one was tried twice, and told once.
    await becomes(fresh_database, f"SELECT sum(attempts) {his}", 3)
    inbox = (await bob.http.get("/api/notifications")).json()["data"]
    assert [each["notification"] for each in inbox] == [second["id"], first["id"]]
    assert bob.told["notification"].empty()
