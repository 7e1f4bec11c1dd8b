"""A channel that never comes back: the others are served, and its notices are given up in time."""

import asyncio

import msgspec

from backbeat import Backbeat
from backbeat.alerts import AlertBook
from backbeat.alerts.courier import Courier
from packages.backbeat.tests.integration.alerts.test_webhook import NOTICE
from packages.backbeat.tests.support.mailbox import Mailbox
from packages.backbeat.tests.support.working import until


async def raise_alerts(app: Backbeat, names: range, channels: list[str]) -> None:
    client = await AlertBook(app).client()
    for name in map(str, names):
        body = msgspec.json.encode(msgspec.structs.replace(NOTICE, id=name, key=name)).decode()
        said = await client.raised(
            name, f"wet|{name}", lasting=True, cooldown_ms=0, channels=channels, body=body
        )
        assert said == "raised"


async def test_a_channel_that_hangs_holds_up_no_other(app: Backbeat, box: Mailbox) -> None:
    stuck = Mailbox("stuck")
    stuck.hanging = True
    courier = Courier(await AlertBook(app).client(), [stuck, box], slow=0.05)
    # More than are in hand at once, so that those that hang could take all the room.
    await raise_alerts(app, range(150), ["stuck", "box"])
    async with asyncio.timeout(20):
        while len(box.notices) < 150:
            await courier.step()
            await asyncio.sleep(0.01)
    assert sorted(each.id for each in box.notices) == sorted(map(str, range(150)))
    await raise_alerts(app, range(150, 151), ["stuck", "box"])
    await courier.step()
    await until(lambda: len(box.notices) == 151)
    await courier.close()


async def test_an_attempt_that_hangs_is_given_up_in_its_time(app: Backbeat) -> None:
    stuck = Mailbox("stuck")
    stuck.hanging = True
    courier = Courier(await AlertBook(app).client(), [stuck], longest=0.05)
    await raise_alerts(app, range(1), ["stuck"])
    await courier.step()
    async with asyncio.timeout(10):
        await courier.settled()
    happened = await AlertBook(app).history()
    assert [each.what for each in happened] == ["failed", "raised"]
    assert "longer than 0.05 s" in happened[0].text


async def test_notices_behind_one_that_hangs_are_put_off_and_come_once_it_is_well(
    app: Backbeat,
) -> None:
    stuck = Mailbox("stuck")
    stuck.hanging = True
    courier = Courier(await AlertBook(app).client(), [stuck], longest=0.3, slow=0.05)
    await raise_alerts(app, range(3), ["stuck"])
    await courier.step()
    stuck.hanging = False
    async with asyncio.timeout(20):
        # The pauses of five seconds are the server's to count.
        while len(stuck.notices) < 3:
            await courier.step()
            await asyncio.sleep(0.05)
    await courier.settled()
    assert sorted(each.id for each in stuck.notices) == ["0", "1", "2"]
