"""Each metric on every store: what makes it move, and by how much."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pytest
from prometheus_client.parser import text_string_to_metric_families

from backbeat import Backbeat, Queue, Retry
from backbeat.telemetry import metrics
from backbeat.telemetry.metrics import METRICS
from backbeat.testing import FakeClock, drain
from packages.backbeat.tests.support.claimer import Claimer

Samples = Mapping[tuple[str, ...], float]


@dataclass
class Stage:
    """A queue with a handler that takes three seconds, and one that fails twice."""

    app: Backbeat
    clock: FakeClock
    queue: Queue = field(init=False)

    def __post_init__(self) -> None:
        self.queue = self.app.queue("mail", max_stalled=5)
        clock = self.clock

        @self.queue.job()
        async def send() -> None:
            await clock.sleep(3)

        @self.queue.job(retry=Retry.fixed(attempts=2, delay=1))
        async def bounce() -> None:
            raise ValueError("no such address")

    async def add(self, name: str = "send") -> None:
        """Enqueue one."""
        await self.queue.add(name, {})

    async def run(self) -> None:
        """Run all that there is."""
        await drain(self.app, delayed=True)

    async def claim(self) -> Claimer:
        """Let a worker take a job and do nothing."""
        await self.add()
        claimer = Claimer(self.app, "mail", self.clock)
        await claimer.claim(1)
        return claimer


async def samples(app: Backbeat) -> Samples:
    """What is exposed: name and values of labels -> value."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(await app.metrics())
        for sample in family.samples
    }


async def _wait_of_a_job(stage: Stage) -> None:
    await stage.add()
    stage.clock.advance(5)


async def _start_and_end(stage: Stage) -> None:
    await stage.add()
    await stage.add("bounce")
    await stage.run()


async def _wait_and_run(stage: Stage) -> None:
    await stage.add()
    stage.clock.advance(10)
    await stage.run()


async def _worker(stage: Stage) -> None:
    await stage.claim()


async def _lost_worker(stage: Stage) -> None:
    await (await stage.claim()).is_lost()


async def _pause(stage: Stage) -> None:
    await stage.queue.pause()


# What is done -> the samples that are more than before, and by how much. Labels are by their names.
MOVES: Final[dict[metrics.Metric, tuple[Callable[[Stage], Awaitable[None]], Samples]]] = {
    metrics.JOBS: (_wait_of_a_job, {("backbeat_jobs", "mail", "waiting"): 1}),
    metrics.BACKLOG_AGE: (_wait_of_a_job, {("backbeat_backlog_age_seconds", "mail"): 5}),
    metrics.WORKERS: (_worker, {("backbeat_workers", "mail"): 1}),
    metrics.PAUSED: (_pause, {("backbeat_queue_paused", "mail"): 1}),
    metrics.ENDED: (
        _start_and_end,
        {
            ("backbeat_jobs_ended_total", "completed", "mail"): 1,
            ("backbeat_jobs_ended_total", "failed", "mail"): 1,
        },
    ),
    metrics.STALLED: (_lost_worker, {("backbeat_attempts_stalled_total", "mail"): 1}),
    metrics.EXPIRED: (_lost_worker, {("backbeat_leases_expired_total", "mail"): 1}),
    metrics.OF_HANDLERS.started: (
        _start_and_end,
        {
            ("backbeat_attempts_started_total", "send", "mail"): 1,
            ("backbeat_attempts_started_total", "bounce", "mail"): 2,
        },
    ),
    metrics.OF_HANDLERS.ended: (
        _start_and_end,
        {
            ("backbeat_attempts_ended_total", "send", "completed", "mail"): 1,
            ("backbeat_attempts_ended_total", "bounce", "retried", "mail"): 1,
            ("backbeat_attempts_ended_total", "bounce", "failed", "mail"): 1,
        },
    ),
    metrics.OF_HANDLERS.waits: (
        _wait_and_run,
        {
            ("backbeat_job_wait_seconds_bucket", "send", "8.192", "mail"): 0,
            ("backbeat_job_wait_seconds_bucket", "send", "16.384", "mail"): 1,
            ("backbeat_job_wait_seconds_bucket", "send", "+Inf", "mail"): 1,
            ("backbeat_job_wait_seconds_count", "send", "mail"): 1,
            ("backbeat_job_wait_seconds_sum", "send", "mail"): 10,
        },
    ),
    metrics.OF_HANDLERS.runs: (
        _wait_and_run,
        {
            ("backbeat_attempt_run_seconds_bucket", "send", "2.048", "mail"): 0,
            ("backbeat_attempt_run_seconds_bucket", "send", "4.096", "mail"): 1,
            ("backbeat_attempt_run_seconds_count", "send", "mail"): 1,
            ("backbeat_attempt_run_seconds_sum", "send", "mail"): 3,
        },
    ),
}
# Of a real server: what its own clock and memory say.
OF_A_SERVER: Final = (metrics.SCRIPTS, metrics.SCRIPT_SECONDS, metrics.MEMORY)


def test_every_metric_is_moved_by_something() -> None:
    assert {*MOVES, *OF_A_SERVER} == set(METRICS)


@pytest.mark.parametrize("metric", MOVES, ids=lambda metric: metric.name)
async def test_a_metric_moves(metric: metrics.Metric, app: Backbeat, clock: FakeClock) -> None:
    act, expected = MOVES[metric]
    stage = Stage(app, clock)
    await stage.queue.configure()
    before = await samples(app)
    await act(stage)
    after = await samples(app)
    assert {key: after[key] - before.get(key, 0) for key in expected} == expected


async def test_what_a_server_says_moves(app: Backbeat, clock: FakeClock, url: str | None) -> None:
    stage = Stage(app, clock)
    await stage.queue.configure()
    before = await samples(app)
    if url is None:
        assert not {each.name for each in OF_A_SERVER} & {key[0] for key in before}
        return
    await stage.queue.add("letter", {"text": "x" * 200_000})
    after = await samples(app)
    for metric in OF_A_SERVER:
        # Of a cluster only the node moves that has the queue.
        moved = [name for name in before if name[0] == metric.name and after[name] > before[name]]
        assert moved != [], metric.name


async def test_names_of_handlers_are_bounded_whoever_makes_them_up(
    app: Backbeat, clock: FakeClock
) -> None:
    stage = Stage(app, clock)
    for number in range(40):
        stage.queue.job(name=f"handler{number}")(_nothing)
        await stage.add(f"handler{number}")
    for number in range(5):
        await stage.add(f"unknown{number}")
    await stage.run()
    started = {
        key[1]: value for key, value in (await samples(app)).items()
        if key[0] == "backbeat_attempts_started_total"
    }  # fmt: skip
    assert len(started) == 31
    assert started["other"] >= 10
    assert not [name for name in started if name.startswith("unknown")]


async def _nothing() -> None: ...
