"""The part of `lost_replies` that is about verifying and mending."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from backbeat import State
from backbeat.engine.scripts import scripts
from backbeat.engine.verifying_tables import TABLES
from packages.backbeat.tests.support.lost_replies_play import (
    Drive,
    Play,
    put_off,
)


async def _verify(play: Play, script: str) -> None:
    await play.near.groups.configure("acme", weight=3)
    await put_off(play)
    play.lose(script)
    assert await play.far.verify() == []


def _haunt(play: Play) -> None:
    """Leave something of each named table behind that belongs to nobody."""
    keys, client = play.scene.keys, play.scene.server.client
    client.hset(keys.key("unique"), "ghost", "gone|0|e|")
    client.zadd(keys.key("schedule_due"), {"ghost": 1})
    client.hset(keys.key("dependents"), "ghost", f"c|{keys.queue}|nobody|0")
    client.zadd(keys.key("flows"), {"ghost": 1})
    client.hset(f"{keys.prefix}flow:ghost", "total", 1)


async def _verify_names(play: Play, script: str) -> None:
    _haunt(play)
    play.lose(script)
    found = [flaw.what for flaw in await play.far.verify() if flaw.subject == "ghost"]
    assert found == ["lost holder", "no schedule", "untold end", "flow record"]
    assert all(flaw.repaired for flaw in await play.near.verify(repair=True))


async def _mend_names(play: Play, script: str) -> None:
    _haunt(play)
    play.lose(script)
    assert all(flaw.repaired for flaw in await play.far.verify(repair=True))
    assert await play.near.verify() == []


async def _mend(play: Play, script: str) -> None:
    handle = await play.near.add("effect", {"ms": 0}, delay=3_600, group="acme")
    keys, client = play.scene.keys, play.scene.server.client
    client.zrem(keys.key("delayed"), handle.id)
    client.hincrby(keys.key("meta"), "tomb", 7)
    play.lose(script)
    assert all(flaw.repaired for flaw in await play.far.verify(repair=True))
    assert await play.near.verify() == []
    assert (await play.near.get(handle.id)).state is State.WAITING
    await play.near.remove(handle.id)


VERIFY_DRIVERS: Final[Mapping[str, Drive]] = {
    **{name: partial(_verify, script=name) for name in scripts() if name.startswith("verify_")},
    **{name: partial(_mend, script=name) for name in scripts() if name.startswith("mend_")},
    **{
        f"verify_{each.script}": partial(_verify_names, script=f"verify_{each.script}")
        for each in TABLES
    },
    **{
        f"mend_{each.script}": partial(_mend_names, script=f"mend_{each.script}") for each in TABLES
    },
}
