"""A store is away while people look: pages say so, and go on by themselves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Locator, expect

from packages.arena.tests.apps.auctions.pages.stage import Guest, Stage, house_process
from packages.arena.tests.support.databases import Databases
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.servers import private_valkey

pytestmark = [pytest.mark.needs_chromium, pytest.mark.asyncio(loop_scope="session")]

NO_BIDS: Final = "Bids cannot be placed just now"
OLD_LIST: Final = "This list cannot be brought up to date just now"
UNREAD: Final = "Auctions cannot be read just now"


@pytest.fixture
def jobs() -> Iterator[PrivateServer]:
    """The server of the bids, of a test's own."""
    with private_valkey() as server:
        yield server


def notice(guest: Guest) -> Locator:
    """What says that a store is away."""
    return guest.page.locator(".away")


async def comes(guest: Guest, path: str) -> int:
    """The status with which a page is answered that somebody opens."""
    answer = await guest.page.goto(guest.address + path)
    assert answer is not None
    return answer.status


@pytest.mark.parametrize("how", ["frozen", "killed"])
async def test_who_looks_is_told_that_bids_cannot_be_placed_until_they_can(
    stage: Stage, databases: Databases, jobs: PrivateServer, tmp_path: Path, how: str
) -> None:
    address, log = databases.address(await databases.named()), tmp_path / "log"
    with log.open("w") as file, house_process(jobs.url, address, str(tmp_path), log=file) as at:
        there = Stage(at, stage.browser, address)
        async with there.stack:
            auction_id = await there.sale()
            async with there.guest("ann") as ann, there.guest("bob") as bob, there.guest() as eve:
                await ann.see(auction_id)
                await bob.go("/auctions")
                jobs.freeze() if how == "frozen" else jobs.kill()
                await expect(notice(ann)).to_contain_text(NO_BIDS)
                await expect(ann.page.locator(".bid-line button")).to_be_disabled()
                await expect(ann.price).to_have_text("10.00 USD")
                await expect(notice(bob)).to_contain_text(OLD_LIST)
                await expect(bob.page.locator(".card")).to_contain_text("A watch")
                assert await comes(eve, "/auctions") == 200
                await expect(notice(eve)).to_contain_text(OLD_LIST)
                assert await comes(eve, f"/auctions/{auction_id}") == 503
                await expect(eve.page.get_by_text(UNREAD)).to_be_visible()
                jobs.thaw() if how == "frozen" else jobs.start()
                for guest in (ann, bob):
                    await expect(notice(guest)).to_be_hidden()
                await ann.bid("20.00")
                await ann.answered("you lead")
                await expect(bob.page.locator(".card")).to_contain_text("1 bid")
                await expect(eve.page.get_by_text("1 bid", exact=True)).to_be_visible()
                assert ann.complaints == bob.complaints == []
    assert "Traceback" not in log.read_text()


async def test_bids_count_while_the_list_waits_for_postgresql(
    stage: Stage, own_databases: Databases, jobs: PrivateServer, tmp_path: Path
) -> None:
    address, log = own_databases.address(await own_databases.named()), tmp_path / "log"
    with log.open("w") as file, house_process(jobs.url, address, str(tmp_path), log=file) as at:
        there = Stage(at, stage.browser, address)
        async with there.stack:
            auction_id = await there.sale()
            async with there.guest("ann") as ann, there.guest("bob") as bob:
                await ann.see(auction_id)
                await bob.go("/auctions")
                own_databases.server.close()
                await expect(notice(bob)).to_contain_text(OLD_LIST)
                await ann.bid("20.00")
                await ann.answered("you lead")
                await expect(notice(ann)).to_be_hidden()
                own_databases.server.ensure()
                await expect(notice(bob)).to_be_hidden()
                await expect(bob.page.locator(".card")).to_contain_text("1 bid")
                assert ann.complaints == bob.complaints == []
    assert "Traceback" not in log.read_text()
