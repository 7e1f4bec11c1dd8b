"""The part of `lost_replies` that is about schedules."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final

from backbeat import State, at, every
from packages.backbeat.tests.support.lost_replies_play import (
    LEASE_S,
    Drive,
    Play,
)

_FAR: Final = datetime(2100, 1, 1, tzinfo=UTC)


async def nightly(play: Play, name: str) -> str:
    """A schedule that nobody fires here; its name."""
    call = play.near.handlers["effect"].call(0)
    await play.scene.app.schedules.upsert(name, at(_FAR), call)
    return name


async def _put_schedule(play: Play) -> None:
    play.lose("put_schedule")
    call = play.near.handlers["effect"].call(0)
    # A second time, it would be another one already; and in a long run, one that is there.
    name = f"put-{play.proxy.fired}"
    info = await play.far_app.schedules.upsert(name, at(_FAR), call, overlap="skip")
    assert (info.next_at, info.overlap) == (_FAR, "skip")


async def _move_schedule(play: Play) -> None:
    name = await nightly(play, "move")
    play.lose("move_schedule")
    await play.far_app.schedules.pause(name)
    assert (await play.scene.app.schedules.get(name)).paused
    await play.far_app.schedules.resume(name)
    assert not (await play.scene.app.schedules.get(name)).paused


async def _remove_schedule(play: Play) -> None:
    name = await nightly(play, "remove")
    play.lose("remove_schedule")
    # A second time, there would be none.
    await play.far_app.schedules.remove(name)
    assert name not in [each.name for each in await play.scene.app.schedules.list()]


async def _run_schedule(play: Play) -> None:
    name = await nightly(play, "run")
    before = (await play.near.counts()).waiting
    play.lose("run_schedule")
    handle = await play.far_app.schedules.run_now(name)
    assert await play.near.handle(handle.id).state() is State.WAITING
    assert (await play.near.counts()).waiting == before + 1


async def _schedules(play: Play) -> None:
    name = await nightly(play, "read")
    play.lose("schedules")
    assert (await play.far_app.schedules.get(name)).next_at == _FAR


async def firing(play: Play, script: str) -> None:
    """Two schedules of three slots each, by a worker that loses replies of one script."""
    app, before = play.scene.app, play.scene.ledger.effects()
    call = play.near.handlers["effect"].options(keep=0).call(0)
    names = [f"{script}{number}" for number in range(2)]
    for name in names:
        await app.schedules.upsert(name, every(0.05), call, missed="all", limit=3)
    play.lose(script)
    worker = play.scene.work(url=play.proxy.url, lease=LEASE_S, concurrency=20)
    await play.scene.until(lambda: play.scene.ledger.effects() == before + 6, "all slots have run")
    worker.stop()
    assert worker.wait() == 0
    assert play.scene.ledger.begun() == play.scene.ledger.effects()
    for name in names:
        await app.schedules.remove(name)


SCHEDULE_DRIVERS: Final[Mapping[str, Drive]] = {
    "put_schedule": _put_schedule,
    "move_schedule": _move_schedule,
    "remove_schedule": _remove_schedule,
    "run_schedule": _run_schedule,
    "schedules": _schedules,
    "due_schedules": partial(firing, script="due_schedules"),
    "fire": partial(firing, script="fire"),
}
