"""A queue of a dashboard with something on each page, and the pages."""

from backbeat import Queue, every
from packages.backbeat.tests.support.dashboard import Stage
from packages.backbeat.tests.support.working import ended, working


async def furnished(stage: Stage) -> Queue:
    """A queue with something on each page."""
    queue = stage.queue()
    failed = await queue.add("fail", {"words": "x"}, id=f"{queue.name}-failed")
    async with working(stage.app, queues=[queue.name]):
        await ended(queue, failed.id)
    await queue.add("note", {"words": "x"}, id=f"{queue.name}-waits", group="acme")
    await stage.app.schedules.upsert(
        f"{queue.name}-daily", every(86_400), queue.call("note", {"words": "x"})
    )
    flow = stage.app.flow(f"{queue.name}-flow")
    flow.add(queue.call("note", {"words": "x"}))
    await flow.start()
    return queue


async def pages_of(stage: Stage, queue: Queue) -> list[str]:
    name, [group] = queue.name, await queue.dead.groups()
    return [
        "/", f"/queues/{name}", f"/queues/{name}?state=failed", f"/queues/{name}/jobs/{name}-waits",
        f"/queues/{name}/jobs/{name}-failed", f"/dead?queue={name}",
        f"/dead/{name}/{group.fingerprint}", "/schedules", f"/schedules/{name}/{name}-daily",
        "/flows", f"/flows/{name}/{name}-flow", "/workers", f"/groups?queue={name}", "/limits",
        f"/find?q={name}-waits", "/alerts",
    ]  # fmt: skip
