"""The part of `lost_replies` that is about flows over two queues."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from backbeat import Backbeat, FlowHandle, FlowJob, State
from backbeat.app import JobCall
from backbeat.engine.calls.flow import Ref
from packages.backbeat.tests.support import fault_app

# Loses the next replies of a script.
Lose = Callable[[str], None]
Drive = Callable[[Backbeat, Backbeat, Lose], Awaitable[None]]


def late(app: Backbeat, queue: str) -> JobCall[Any]:
    """A job that nobody starts."""
    handler = app.queue(queue).handlers["effect"]
    return handler.options(delay=3_600).call(ms=0)


async def start(app: Backbeat) -> tuple[FlowHandle, FlowJob[Any], FlowJob[Any]]:
    """A child in one queue, and its parent in the other."""
    flow = app.flow()
    child = flow.add(late(app, fault_app.QUEUE))
    parent = flow.add(late(app, fault_app.SECOND), after=[child])
    return await flow.start(), child, parent


async def states(near: Backbeat, *jobs: FlowJob[Any]) -> list[State | None]:
    """Where jobs are, by a network that is in order."""
    return [await near.queue(job.call.queue).handle(job.id).state() for job in jobs]


async def _start_flow(far: Backbeat, near: Backbeat, lose: Lose) -> None:
    lose("start_flow")
    handle, child, parent = await start(far)
    assert not handle.existing
    assert await states(near, child, parent) == [State.DELAYED, State.WAITING_CHILDREN]


async def _receive(far: Backbeat, near: Backbeat, lose: Lose) -> None:
    lose("receive")
    _, child, parent = await start(far)
    assert await states(near, child, parent) == [State.DELAYED, State.WAITING_CHILDREN]


async def _acknowledge(far: Backbeat, near: Backbeat, lose: Lose) -> None:
    lose("acknowledge")
    _, child, _ = await start(far)
    assert await states(near, child) == [State.DELAYED]


async def _grow_flow(far: Backbeat, near: Backbeat, lose: Lose) -> None:
    handle, _, parent = await start(far)
    lose("grow_flow")
    more = await handle.add(late(far, fault_app.QUEUE), before=parent)
    assert await states(near, more) == [State.DELAYED]
    assert (await handle.info()).total == 3


async def _cancel_flow(far: Backbeat, near: Backbeat, lose: Lose) -> None:
    handle, child, parent = await start(far)
    lose("cancel_flow")
    assert await handle.cancel("never mind") == 2
    assert await states(near, child, parent) == [State.CANCELLED, State.CANCELLED]


async def _retry_flow(far: Backbeat, near: Backbeat, lose: Lose) -> None:
    handle, child, parent = await start(far)
    await handle.cancel("never mind")
    lose("retry_flow")
    assert await handle.retry() == 2
    assert await states(near, child, parent) == [State.WAITING, State.WAITING_CHILDREN]
    await near.queue(fault_app.QUEUE).drain()


async def _get_flow(far: Backbeat, near: Backbeat, lose: Lose) -> None:
    handle, _, _ = await start(far)
    lose("get_flow")
    assert await handle.info() == await (await near.flow_of(handle.id)).info()


async def _list_flows(far: Backbeat, near: Backbeat, lose: Lose) -> None:
    await start(far)
    lose("list_flows")
    assert await far.flows() == await near.flows()


async def _states(far: Backbeat, near: Backbeat, lose: Lose) -> None:
    handle, _, _ = await start(far)
    lose("states")
    there = await near.flow_of(handle.id)
    assert [job async for job in handle.jobs()] == [job async for job in there.jobs()]


async def _children(far: Backbeat, near: Backbeat, lose: Lose) -> None:
    _, child, parent = await start(far)
    await near.queue(fault_app.QUEUE).cancel(child.id)
    await (await near.connections.open()).relay.bring(fault_app.QUEUE)
    lose("children")
    found = await (await far.connections.open()).client(fault_app.SECOND).children(parent.id)
    assert [each.ref for each in found.ended] == [Ref(fault_app.QUEUE, child.id)]


async def _forget(far: Backbeat, near: Backbeat, lose: Lose, *, script: str) -> None:
    _, child, parent = await start(near)
    connection = await near.connections.open()
    outboxes = connection.keys(fault_app.SECOND).key("outboxes")
    inbox = connection.keys(fault_app.QUEUE).key("inbox")
    execute = connection.transport.execute
    # As if the messages had been written, and received, years ago.
    await execute("DEL", connection.keys(fault_app.SECOND).outbox(fault_app.QUEUE))
    await execute("HSET", outboxes, fault_app.QUEUE, "7|7|0|0")
    await execute("HSET", inbox, fault_app.SECOND, "7")
    lose(script)
    relay = (await far.connections.open()).relay
    assert await relay.bring(fault_app.QUEUE, fault_app.SECOND, probe=True) == 0
    assert [await execute("EXISTS", key) for key in (outboxes, inbox)] == [0, 0]
    assert await states(near, child, parent) == [State.DELAYED, State.WAITING_CHILDREN]


async def _mend_lost(far: Backbeat, near: Backbeat, lose: Lose) -> None:
    _, child, parent = await start(far)
    connection = await near.connections.open()
    keys = connection.keys(fault_app.QUEUE)
    for command, name in (("HDEL", "jobs"), ("HDEL", "dependents"), ("ZREM", "delayed")):
        await connection.transport.execute(command, keys.key(name), child.id)
    lose("mend_lost")
    [flaw] = await far.queue(fault_app.SECOND).verify(repair=True)
    assert (flaw.what, flaw.subject, flaw.repaired) == ("lost job", child.id, True)
    assert await states(near, child, parent) == [None, State.FAILED]
    assert await near.queue(fault_app.SECOND).verify() == []


FLOW_DRIVERS: Final[dict[str, Drive]] = {
    "acknowledge": _acknowledge,
    "cancel_flow": _cancel_flow,
    "children": _children,
    "forget_inbox": partial(_forget, script="forget_inbox"),
    "forget_outbox": partial(_forget, script="forget_outbox"),
    "get_flow": _get_flow,
    "grow_flow": _grow_flow,
    "list_flows": _list_flows,
    "mend_lost": _mend_lost,
    "receive": _receive,
    "retry_flow": _retry_flow,
    "start_flow": _start_flow,
    "states": _states,
}
