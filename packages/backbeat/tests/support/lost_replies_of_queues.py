"""The part of `lost_replies` that is about a whole queue, and what tidies it."""

from collections.abc import Mapping
from typing import Final

from backbeat import State
from backbeat.engine.calls.measure import measure_args
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.session import Session
from backbeat.engine.transport.base import NotAnswered
from backbeat.worker.lanes.janitor import Janitor
from packages.backbeat.tests.support import fault_app
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.lost_replies_play import Drive, Play, cancelled, put_off

# More than this many dead entries in a list are worth being compacted.
_MANY: Final = 1_000


async def _list(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("list")
    assert job_id in [each.id for each in (await play.far.list(State.DELAYED)).jobs]


async def _counts(play: Play) -> None:
    await put_off(play)
    play.lose("counts")
    assert (await play.far.counts()).delayed == (await play.near.counts()).delayed


async def _drain(play: Play) -> None:
    await play.near.add_many([("effect", {"ms": 0})] * 3)
    play.lose("drain")
    assert await play.far.drain() == 3
    assert (await play.near.counts()).waiting == 0


async def _clean(play: Play) -> None:
    await cancelled(play, 3)
    play.lose("clean")
    assert await play.far.clean(State.CANCELLED) == 3
    assert (await play.near.counts()).cancelled == 0


async def _configure(play: Play) -> None:
    await play.far.ready()
    play.lose("configure")
    await play.far.pause()
    assert play.scene.server.client.hget(play.scene.keys.key("meta"), "paused") == b"1"
    await play.far.resume()
    assert not play.scene.server.client.hget(play.scene.keys.key("meta"), "paused")


async def _scale(play: Play) -> None:
    play.lose("scale")
    await play.far.scale(max_running=3)
    meta = play.scene.keys.key("meta")
    assert play.scene.server.client.hget(meta, "max_running") == b"3"
    await play.near.unscale()


async def _measure(play: Play) -> None:
    connection = await play.far_app.connections.open()
    scripts = QueueScripts(connection.keys(fault_app.QUEUE))

    async def started() -> int:
        handlers = [each.handlers for each in await play.near.history()]
        return sum(each["effect"].started for each in handlers if "effect" in each)

    before = await started()
    play.lose("measure")
    await Session(connection.transport, scripts).run("measure", measure_args({"effect": (2, 1)}))
    assert await started() == before + 2


async def _obliterate(play: Play) -> None:
    strict = play.far_app.queue(fault_app.STRICT)
    await strict.add("effect", {"ms": 0})
    play.lose("obliterate")
    await strict.obliterate()
    assert (await play.scene.app.queue(fault_app.STRICT).counts()).waiting == 0


async def _janitor(play: Play) -> None:
    await cancelled(play, 3)
    await (await play.near.client()).configure(keep_cancelled_ms=0)
    play.lose("janitor", times=1)
    await _sweep(play)
    assert (await play.near.counts()).cancelled == 0
    await (await play.near.client()).configure(keep_cancelled_ms="")


async def _compact(play: Play) -> None:
    many = await play.near.add_many([("effect", {"ms": 0})] * (_MANY * 3 // 2))
    ids = [handle.id for handle in many]
    await play.near.remove(*ids[: _MANY + 1])
    client, meta = play.scene.server.client, play.scene.keys.key("meta")
    play.lose("compact", times=1)
    await _sweep(play)
    # The dead entries of the step that was answered by nobody have left, and no job with them.
    assert int(client.hget(meta, "tomb") or 0) <= _MANY + 1 - 500
    places = check(client, play.scene.keys).places
    assert all(places[job_id] == ["waiting"] for job_id in ids[_MANY + 1 :])
    assert await play.near.drain() == len(ids) - _MANY - 1


async def _sweep(play: Play) -> None:
    """Tidy until it is done: what was lost is done again with the next turn of a janitor."""
    connection = await play.far.connection()
    janitor = Janitor(connection.transport, QueueScripts(play.scene.keys), clock=None)
    lost = 0
    while True:
        try:
            await janitor.sweep()
        except NotAnswered:
            lost += 1
            continue
        assert lost
        return


QUEUE_DRIVERS: Final[Mapping[str, Drive]] = {
    "list": _list,
    "counts": _counts,
    "drain": _drain,
    "clean": _clean,
    "configure": _configure,
    "scale": _scale,
    "measure": _measure,
    "obliterate": _obliterate,
    "janitor": _janitor,
    "compact": _compact,
}
