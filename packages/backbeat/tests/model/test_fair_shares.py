"""However work comes and goes: groups that always have jobs start them by their weights."""

from collections import Counter
from itertools import combinations

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench, ids, job

JOBS = 120
WEIGHTS = st.lists(st.integers(1, 9), min_size=2, max_size=5)
CLAIMS = st.lists(st.integers(1, 12), min_size=3, max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(weights=WEIGHTS, claims=CLAIMS, bystander=st.booleans())
def test_no_group_is_ahead_of_its_share_by_more_than_one_start(
    valkey: PrivateServer, weights: list[int], claims: list[int], bystander: bool
) -> None:
    valkey.client.flushall()
    bench = QueueBench(valkey.client)
    for number, weight in enumerate(weights):
        bench.me.rule(f"g{number}", weight=weight)
        bench.add(*(job(f"g{number}-{n}", group=f"g{number}") for n in range(JOBS)))
    worker, starts = bench.worker(), Counter[int]()
    for turn, want in enumerate(claims):
        if bystander:
            bench.add(job(f"x-{turn}", group="x"))
        starts.update(_numbers(worker, want))

        for one, other in combinations(range(len(weights)), 2):
            share, other_share = starts[one] / weights[one], starts[other] / weights[other]
            # A whole start each way, and what rounding of the shares may add.
            bound = 1 / weights[one] + 1 / weights[other] + 0.05
            assert abs(share - other_share) <= bound, (weights, starts)


def _numbers(worker: BenchWorker, want: int) -> list[int]:
    claim = worker.tick(want)
    worker.finish(claim)
    return [int(job_id[1]) for job_id in ids(claim) if not job_id.startswith("x")]
