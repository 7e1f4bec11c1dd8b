"""However work comes and goes: groups that always have jobs start them by their weights."""

from collections import Counter
from itertools import combinations

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.record import encode_record
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.queue_bench import START_MS, BenchWorker, QueueBench, ids

JOBS = 120
WEIGHTS = st.lists(st.integers(1, 9), min_size=2, max_size=5)
# How many are wanted, and how many of them a shared limit has room for.
CLAIMS = st.lists(
    st.tuples(st.integers(1, 12), st.none() | st.integers(0, 4)), min_size=3, max_size=20
)
RATES = st.none() | st.integers(1, 3)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(weights=WEIGHTS, claims=CLAIMS, bystander=st.booleans(), rate=RATES)
def test_no_group_is_ahead_of_its_share_by_more_than_one_start(
    valkey: PrivateServer,
    weights: list[int],
    claims: list[tuple[int, int | None]],
    bystander: bool,
    rate: int | None,
) -> None:
    valkey.client.flushall()
    bench = QueueBench(valkey.client)
    if rate is not None:
        # With a cost of two each, more are claimed than may start, and go back.
        bench.me.configure(rate=2 * rate + 1, rate_ms=10)
    for number, weight in enumerate(weights):
        bench.me.rule(f"g{number}", weight=weight)
        bench.add(*(_job(f"g{number}-{n}", f"g{number}", rate) for n in range(JOBS)))
    worker, starts = bench.worker(), Counter[int]()
    for turn, (want, room) in enumerate(claims):
        if bystander:
            bench.add(_job(f"x-{turn}", "x", rate))
        bench.wait(10)
        starts.update(_numbers(worker, want, room))

        for one, other in combinations(range(len(weights)), 2):
            share, other_share = starts[one] / weights[one], starts[other] / weights[other]
            # A whole start each way, and what rounding of the shares may add.
            bound = 1 / weights[one] + 1 / weights[other] + 0.05
            assert abs(share - other_share) <= bound, (weights, starts)


def _job(job_id: str, group: str, rate: int | None) -> NewJob:
    cost = 1 if rate is None else 2
    return NewJob(job_id, encode_record("t", START_MS, b"{}", group=group, cost=cost))


def _numbers(worker: BenchWorker, want: int, room: int | None) -> list[int]:
    claim = worker.tick(want, budget=None if room is None else (2 * room, 10))
    worker.finish(claim)
    return [int(job_id[1]) for job_id in ids(claim) if not job_id.startswith("x")]
