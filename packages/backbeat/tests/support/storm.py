"""A gateway process is killed under its sockets, which all come back to the next one."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import psutil

from backbeat import Backbeat
from backbeat.app import SyncQueue
from backbeat.app.metrics import servers
from packages.backbeat.tests.support.followers import Follower, all_of, following
from packages.backbeat.tests.support.gateway import free_port

_ROOT: Final = Path(__file__).parents[4]
_PROCESS: Final = "packages.backbeat.tests.support.gateway_process"


@dataclass(frozen=True)
class Storm:
    """What came of it.

    Attributes:
        ends: How often each socket was told of the end of its job.
        back: Seconds from when the second process listens until each socket followed again.
        told: Seconds from there until all were told of everything.
        refused: How often a socket was connected and could not follow.
        cpu: Milliseconds of processor time of the second process for each socket, until all were
            back.
        calls: Scripts that the job server ran for each socket until then; a third cancels its job.
    """

    ends: list[int]
    back: list[float]
    told: float
    refused: int
    cpu: float
    calls: float


@asynccontextmanager
async def gateway_process(url: str, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A gateway that is killed at the end, if not before."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", _PROCESS, url, str(port), cwd=_ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert int(await process.stdout.readline()) == port
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def storm(url: str, sockets: int) -> Storm:
    """A third of the jobs end while nobody is there, one while all come back, the rest after.

    Args:
        url: The job server.
        sockets: How many; each follows a job of its own.
    """
    async with Backbeat(url, namespace="bb") as app:
        queue, port = app.queue("work", events="all"), free_port()
        handles = await queue.add_many([("do", {})] * sockets)
        ids = [handle.id for handle in handles]
        third, ending = sockets // 3, app.sync.queue("work")
        async with (
            gateway_process(url, port) as first,
            following(f"http://127.0.0.1:{port}", ids) as followers,
        ):
            first.kill()
            await first.wait()
            await end(ending, ids[:third])
            async with gateway_process(url, port) as second:
                began, costs = time.monotonic(), await Costs.so_far(app, second.pid)
                await end(ending, ids[third : 2 * third])
                await all_of(each.here.wait() for each in followers)
                spent = await costs.since(app, second.pid)
                await end(ending, ids[2 * third :])
                await all_of(each.ended.wait() for each in followers)
                return _result(followers, began, spent)


@dataclass(frozen=True)
class Costs:
    """What was spent, which a busy machine does not change as it does the time.

    Attributes:
        cpu: Seconds of processor time of a gateway process.
        scripts: Scripts that the job server ran.
    """

    cpu: float
    scripts: int

    @classmethod
    async def so_far(cls, app: Backbeat, pid: int) -> Self:
        """Up to now."""
        used = psutil.Process(pid).cpu_times()
        connection = await app.connections.open()
        [server] = await servers(connection.transport)
        return cls(used.user + used.system, server.scripts)

    async def since(self, app: Backbeat, pid: int) -> "Costs":
        """From then to now."""
        now = await self.so_far(app, pid)
        return Costs(now.cpu - self.cpu, now.scripts - self.scripts)


async def end(queue: SyncQueue, job_ids: Sequence[str]) -> None:
    """End jobs, in a thread: the loop is busy with thousands who try to come back."""

    def cancel_all() -> None:
        for job_id in job_ids:
            queue.cancel(job_id)

    await asyncio.to_thread(cancel_all)


def _result(followers: list[Follower], began: float, spent: "Costs") -> Storm:
    count = len(followers)
    return Storm(
        ends=[each.ends for each in followers],
        back=[each.back_at - began for each in followers],
        told=time.monotonic() - began,
        refused=sum(each.refused for each in followers),
        cpu=1_000 * spent.cpu / count,
        calls=spent.scripts / count,
    )
