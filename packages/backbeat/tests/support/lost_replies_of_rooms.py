"""For each script of alerts and of the gateway: a call whose reply is lost, and its one effect.

A new script needs an entry in `ROOM_DRIVERS`; `test_lost_replies` names those that have none.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

from backbeat.app.queue import Queue
from backbeat.engine.alerts.client import AlertClient, Delivery
from backbeat.engine.alerts.scripts import alert_scripts
from backbeat.engine.gateway.client import AuditClient, ReplyClient
from backbeat.engine.gateway.scripts import gateway_scripts
from backbeat.engine.ids import new_session
from backbeat.engine.transport.base import Transport
from backbeat.lua import Script
from packages.backbeat.tests.support.lost_replies_play import Play

ROOMS: Final[Mapping[str, Callable[[], Mapping[str, Script]]]] = {
    "alerts": alert_scripts,
    "gateway": gateway_scripts,
}
_HOUR_MS: Final = 3_600_000
_BOX: Final = ("box",)


async def _transport(queue: Queue) -> Transport:
    return (await queue.connection()).transport


class _Alert:
    """An alert of its own, as seen by two who are told of it by different networks."""

    def __init__(self, play: Play, far: Transport, near: Transport) -> None:
        self.play = play
        self.far, self.near = AlertClient(far, "bb"), AlertClient(near, "bb")
        self.id = new_session()
        self.key = f"wet|{self.id}"
        self.body = json.dumps({"id": self.id})

    @classmethod
    async def of(cls, play: Play) -> "_Alert":
        """A new one; nobody knows of it yet."""
        return cls(play, await _transport(play.far), await _transport(play.near))

    def lose(self, script: str) -> None:
        """Lose the next replies of a script."""
        self.play.lose(script, known=alert_scripts())

    async def raised(self, client: AlertClient) -> None:
        """It is there."""
        await client.raised(
            f"{self.id}-up", self.key, lasting=True, cooldown_ms=0, channels=_BOX, body=self.body
        )

    async def told(self, what: str) -> int:
        """How often the log says that this happened to it."""
        return sum(
            each.what == what and self.id in each.text for each in await self.near.log(1_000)
        )

    async def notices(self) -> list[Delivery]:
        """Its notices that wait for a courier."""
        return [each for each in await self.near.take(100, 0) if each.id.startswith(self.id)]


async def _raise(play: Play) -> None:
    alert = await _Alert.of(play)
    alert.lose("raise")
    await alert.raised(alert.far)
    assert await alert.told("raised") == len(await alert.notices()) == 1
    assert [each.told for each in await alert.near.active() if each.key == alert.key] == [True]


async def _recover(play: Play) -> None:
    alert = await _Alert.of(play)
    await alert.raised(alert.near)
    alert.lose("recover")
    await alert.far.recovered(
        f"{alert.id}-down", alert.key, cooldown_ms=0, channels=_BOX, body=alert.body
    )
    assert await alert.told("recovered") == 1
    assert len(await alert.notices()) == 2
    assert alert.key not in [each.key for each in await alert.near.active()]


async def _take(play: Play) -> None:
    alert = await _Alert.of(play)
    await alert.raised(alert.near)
    alert.lose("take")
    await alert.far.take(100, 1)
    # Whoever got it and did not hear of it had it for a moment only.

    async def brought() -> bool:
        return len(await alert.notices()) == 1

    await play.scene.until(brought, "somebody else gets the notice")


async def _settle_delivery(play: Play) -> None:
    alert = await _Alert.of(play)
    await alert.raised(alert.near)
    (notice,) = await alert.notices()
    alert.lose("settle")
    await alert.far.settle(notice, -1, "delivered", "")
    assert await alert.told("delivered") == 1
    assert await alert.notices() == []


async def _silence(play: Play) -> None:
    alert = await _Alert.of(play)
    alert.lose("silence")
    until_ms = await alert.far.silence(alert.key, _HOUR_MS, "why")
    silences = [each for each in await alert.near.silences() if each.pattern == alert.key]
    assert [(each.until_ms, each.words) for each in silences] == [(until_ms, "why")]


async def _note(play: Play) -> None:
    entry = new_session().encode()
    far = AuditClient(await _transport(play.far), "bb")
    near = AuditClient(await _transport(play.near), "bb")
    play.lose("note", known=gateway_scripts())
    entry_id = await far.note(entry)
    assert [each.id for each in await near.read("", 100) if each.text == entry] == [entry_id]


async def _replies(play: Play, script: str) -> None:
    name, token = new_session(), new_session()
    far = ReplyClient(await _transport(play.far), "bb")
    near = ReplyClient(await _transport(play.near), "bb")
    play.lose(script, known=gateway_scripts())
    assert (await far.claim(name, token, "f", _HOUR_MS)).token == token
    assert (await near.claim(name, "other", "f", _HOUR_MS)).token == token
    assert await far.settle(name, token, b"answer", _HOUR_MS)
    assert (await near.claim(name, "other", "f", _HOUR_MS)).answer == b"answer"


ROOM_DRIVERS: Final[Mapping[tuple[str, str], Callable[[Play], Awaitable[None]]]] = {
    ("alerts", "raise"): _raise,
    ("alerts", "recover"): _recover,
    ("alerts", "settle"): _settle_delivery,
    ("alerts", "silence"): _silence,
    ("alerts", "take"): _take,
    ("gateway", "claim"): partial(_replies, script="claim"),
    ("gateway", "note"): _note,
    ("gateway", "settle"): partial(_replies, script="settle"),
}
