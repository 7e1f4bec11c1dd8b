"""The part of `lost_replies` that is about single jobs."""

import asyncio
from collections.abc import Mapping
from typing import Final

import pytest

from backbeat import JobCancelled, State
from packages.backbeat.tests.support.lost_replies_play import (
    LOSSES,
    Drive,
    Play,
    cancelled,
    put_off,
)


async def _enqueue(play: Play) -> None:
    before = (await play.near.counts()).delayed
    play.lose("enqueue")
    handle = await play.far.add("effect", {"ms": 0}, delay=3_600)
    assert handle.created
    assert (await play.near.counts()).delayed == before + 1


async def _cancel(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("cancel")
    assert await play.far.cancel(job_id, "never mind") == "cancelled"
    assert await play.near.handle(job_id).state() is State.CANCELLED


async def _remove(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("remove")
    assert (await play.far.remove(job_id)).count == 1
    assert await play.near.handle(job_id).state() is None


async def _reschedule(play: Play) -> None:
    job_id = await put_off(play)
    before = (await play.near.get(job_id)).due_at
    play.lose("reschedule")
    await play.far.reschedule(job_id, delay=7_200)
    after = (await play.near.get(job_id)).due_at
    assert before is not None
    assert after is not None
    assert 3_500 < (after - before).total_seconds() < 3_700


async def _promote(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("promote")
    assert await play.far.promote(job_id) == 1
    assert await play.near.handle(job_id).state() is State.WAITING


async def _reprioritise(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("reprioritise")
    assert await play.far.reprioritise(9, where=[job_id]) == 1
    assert (await play.near.get(job_id)).priority == 9


async def _set_priority(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("set_priority")
    await play.far.set_priority(job_id, 9)
    assert (await play.near.get(job_id)).priority == 9


async def _update_data(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("update_data")
    # A second time, the body would no longer be the old one: refused.
    await play.far.update_data(job_id, {"ms": 77})
    assert (await play.near.get(job_id)).arguments == {"ms": 77}


async def _retry(play: Play) -> None:
    [job_id] = await cancelled(play)
    play.lose("retry")
    assert await play.far.retry(job_id) == 1
    assert await play.near.handle(job_id).state() is State.WAITING


async def _get(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("get")
    assert await play.far.get(job_id) == await play.near.get(job_id)


async def _watch(play: Play) -> None:
    job_id = await put_off(play)
    fired = play.proxy.fired
    play.lose("watch")
    waiting: asyncio.Task[object] = asyncio.create_task(play.far.handle(job_id).result(30))
    await play.scene.until(lambda: play.proxy.fired == fired + LOSSES, "replies were lost")
    await play.near.cancel(job_id, "never mind")
    with pytest.raises(JobCancelled):
        await waiting


async def _unwatch(play: Play) -> None:
    job_id = await put_off(play)
    client, watchers = play.scene.server.client, play.scene.keys.key("watchers")
    play.lose("unwatch")
    with pytest.raises(TimeoutError):
        await play.far.handle(job_id).result(0.3)
    await play.scene.until(lambda: not client.hexists(watchers, job_id), "nobody watches it")


JOB_DRIVERS: Final[Mapping[str, Drive]] = {
    "enqueue": _enqueue,
    "cancel": _cancel,
    "remove": _remove,
    "reschedule": _reschedule,
    "promote": _promote,
    "reprioritise": _reprioritise,
    "set_priority": _set_priority,
    "update_data": _update_data,
    "retry": _retry,
    "get": _get,
    "watch": _watch,
    "unwatch": _unwatch,
}
