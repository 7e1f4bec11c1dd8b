"""Another server takes over: whoever waits finds it, and nobody is left behind."""

import asyncio
import time
from typing import Final

import pytest

from backbeat import Backbeat, Handler, Job, JobCancelled, Worker
from packages.backbeat.tests.support.fault_report import (
    LONG,
    Finding,
    distribution,
    publish,
    size,
)
from packages.backbeat.tests.support.takeover import Fall, Stage

ROUNDS: Final = size(ci=1, long=20)
# What may pass from the moment in which another server has taken over.
RESUME_S: Final = 3.0
_WORKERS: Final = 2

seldom = pytest.mark.skipif(not LONG, reason="only with FAULTS=long")


@pytest.fixture(params=["cluster", "sentinel"])
def stage(request: pytest.FixtureRequest) -> Stage:
    """A cluster of six nodes, then a primary with a replica and three Sentinels."""
    if request.param == "cluster":
        return Stage.of_cluster(request.getfixturevalue("cluster_servers"))
    return Stage.of_sentinels(request.getfixturevalue("watched_servers"))


@pytest.mark.parametrize("fall", ["freeze", pytest.param("kill", marks=seldom)])
async def test_whoever_waits_finds_the_new_primary(stage: Stage, fall: Fall, seed: int) -> None:
    took = []
    for number in range(ROUNDS):
        took.append(await _fall_while_everybody_waits(stage, f"a{number}", fall))
        await asyncio.to_thread(stage.heal)
    fault = f"{fall} of a primary while workers and callers wait ({stage.kind})"
    publish(Finding(fault, ROUNDS, seed, 0, {"dead workers": 0}, distribution(took)))
    assert max(took) <= RESUME_S


@pytest.mark.parametrize("fall", ["freeze", pytest.param("kill", marks=seldom)])
async def test_a_result_and_a_cancel_arrive_by_the_new_primary(
    stage: Stage, fall: Fall, seed: int
) -> None:
    took = []
    for number in range(ROUNDS):
        took.append(await _fall_while_results_are_waited_for(stage, f"c{number}", fall))
        await asyncio.to_thread(stage.heal)
    fault = f"{fall} of a primary while results and a cancel are under way ({stage.kind})"
    publish(Finding(fault, ROUNDS, seed, 0, {"left waiting": 0}, distribution(took)))
    assert max(took) <= RESUME_S


@pytest.mark.parametrize(
    "stage", ["cluster", pytest.param("sentinel", marks=seldom)], indirect=True
)
async def test_a_claim_that_was_lost_with_its_primary_is_repeated_and_its_run_refused(
    stage: Stage, seed: int
) -> None:
    for number in range(ROUNDS):
        await _lose_a_claim(stage, f"b{number}")
        await asyncio.to_thread(stage.heal)
    fault = f"claim that the new primary never heard of ({stage.kind})"
    publish(Finding(fault, ROUNDS, seed, 0, {"runs": 2 * ROUNDS}))


async def _fall_while_everybody_waits(stage: Stage, name: str, fall: Fall) -> float:
    """Seconds from the takeover until every worker works and every caller is served."""
    app = Backbeat(stage.url)
    queue = app.queue(name, concurrency=1)
    met = asyncio.Barrier(_WORKERS)
    started, go_on = asyncio.Event(), asyncio.Event()

    @queue.job()
    async def meet() -> str:
        await met.wait()  # passed only while every worker runs one
        return "met"

    @app.queue(f"{name}-slow").job()
    async def slow() -> str:
        started.set()
        await go_on.wait()
        return "done"

    async with app:
        workers = [Worker(app) for _ in range(_WORKERS)]
        try:
            for worker in workers:
                await worker.start()
                await worker.ready()
            await _meet(meet)
            handle = await slow.enqueue()
            waiting = asyncio.create_task(handle.result(timeout=20))
            await started.wait()
            await stage.replicated(name)
            taken_over = await stage.fall(name, fall)
            by_thread = asyncio.to_thread(queue.sync.add, "meet", {})
            by_loop = meet.enqueue()
            in_thread, in_loop = await asyncio.gather(by_thread, by_loop)
            assert await asyncio.to_thread(in_thread.result, timeout=20) == "met"
            assert await in_loop.result(timeout=20) == "met"
            seconds = time.monotonic() - taken_over
            go_on.set()
            assert await waiting == "done"
        finally:
            await asyncio.gather(*(worker.stop(0) for worker in workers))
            await asyncio.to_thread(app.sync.close)
    return seconds


async def _fall_while_results_are_waited_for(stage: Stage, name: str, fall: Fall) -> float:
    """Seconds from the takeover until results and a cancel have come to whom they are for."""
    app = Backbeat(stage.url)
    queue = app.queue(name)
    running, go_on = asyncio.Semaphore(0), asyncio.Event()

    @queue.job()
    async def gated() -> str:
        running.release()
        await go_on.wait()
        return "done"

    @queue.job()
    async def endless() -> None:
        running.release()
        await asyncio.Event().wait()

    async with app, Worker(app) as worker:
        await worker.ready()
        handle, unwanted = await gated.enqueue(), await endless.enqueue()
        in_loop = [asyncio.create_task(each.result(timeout=20)) for each in (handle, unwanted)]
        in_thread: asyncio.Task[str] = asyncio.create_task(
            asyncio.to_thread(lambda: queue.sync.handle(handle.id).result(timeout=20))
        )
        for _ in range(2):
            await running.acquire()
        await stage.watched(name, handle.id, times=2)
        await stage.watched(name, unwanted.id, times=1)
        await stage.replicated(name)
        taken_over = await stage.fall(name, fall)
        go_on.set()
        assert await unwanted.cancel("enough") == "flagged"
        with pytest.raises(JobCancelled, match="enough"):
            await in_loop[1]
        assert (await in_loop[0], await in_thread) == ("done", "done")
        seconds = time.monotonic() - taken_over
        await asyncio.to_thread(app.sync.close)
    return seconds


async def _lose_a_claim(stage: Stage, name: str) -> None:
    app = Backbeat(stage.url)
    queue = app.queue(name)
    fences: list[int] = []
    started, first_may_end = asyncio.Event(), asyncio.Event()

    @queue.job()
    async def effect(job: Job) -> int:
        fences.append(job.fence)
        started.set()
        if len(fences) == 1:
            await first_may_end.wait()
        return len(fences)

    async with app, Worker(app) as worker:
        await worker.ready()
        worker.pause()
        handle = await effect.enqueue()
        await stage.replicated(name)
        bereaved = await stage.bereave(name)
        worker.resume()
        await started.wait()
        bereaved.fall()
        first_may_end.set()
        assert await handle.result(timeout=20) == 2
        assert fences == sorted(set(fences))
        assert len(fences) == 2


async def _meet(meet: Handler[[], str]) -> None:
    handles = await asyncio.gather(*(meet.enqueue() for _ in range(_WORKERS)))
    await asyncio.gather(*(handle.result(timeout=20) for handle in handles))
