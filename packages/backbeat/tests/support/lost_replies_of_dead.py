"""The part of `lost_replies` that is about jobs that failed for good."""

from collections.abc import Mapping
from typing import Final

import pytest

from backbeat import Backbeat, JobFailed, Retry
from packages.backbeat.tests.support import fault_app
from packages.backbeat.tests.support.lost_replies_play import LEASE_S, Drive, Play
from packages.backbeat.tests.support.working import working


async def dead_letters(play: Play, count: int = 1) -> str:
    """Jobs that failed for good, all of the same; the fingerprint."""
    app = Backbeat(url=play.scene.server.url)
    queue = app.queue(fault_app.QUEUE, retry=Retry(attempts=1))

    @queue.job()
    async def give_up() -> None:
        raise ValueError("no use")

    async with app, working(app, lease=LEASE_S):
        for handle in [await give_up.enqueue() for _ in range(count)]:
            with pytest.raises(JobFailed):
                await handle.result(30)
    [group] = await play.near.dead.groups()
    assert group.count == count
    return group.fingerprint


async def _dead_groups(play: Play) -> None:
    fingerprint = await dead_letters(play)
    play.lose("dead_groups")
    assert [group.fingerprint for group in await play.far.dead.groups()] == [fingerprint]
    await play.far.dead.remove(fingerprint)


async def _list_dead(play: Play) -> None:
    fingerprint = await dead_letters(play)
    play.lose("list_dead")
    assert len((await play.far.dead.list(fingerprint)).jobs) == 1
    await play.far.dead.remove(fingerprint)


async def _retry_dead(play: Play) -> None:
    fingerprint = await dead_letters(play, 3)
    play.lose("retry_dead")
    assert await play.far.dead.retry(fingerprint) == 3
    assert (await play.near.counts()).waiting == 3
    await play.near.drain()


async def _remove_dead(play: Play) -> None:
    fingerprint = await dead_letters(play, 3)
    play.lose("remove_dead")
    assert await play.far.dead.remove(fingerprint) == 3
    assert (await play.near.counts()).failed == 0


DEAD_DRIVERS: Final[Mapping[str, Drive]] = {
    "dead_groups": _dead_groups,
    "list_dead": _list_dead,
    "retry_dead": _retry_dead,
    "remove_dead": _remove_dead,
}
