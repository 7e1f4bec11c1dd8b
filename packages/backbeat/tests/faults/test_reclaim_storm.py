"""Thousands of leases that ended at once, and everybody cleans up at the same time."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from packages.backbeat.tests.support.fault_report import Finding, publish, size
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.nursery import ROOT
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.queue_bench import QueueBench, ids
from packages.backbeat.tests.support.reclaimer import reclaim_all

WORKERS = size(ci=1_000, long=20_000)
EACH = 3
RECLAIMERS = 10
LEASE_MS = 1_000
SLICE_S = 0.005


@pytest.fixture
def bench(valkey: PrivateServer) -> QueueBench:
    return QueueBench(valkey.client)


@pytest.fixture
def jobs(bench: QueueBench, rng: random.Random) -> list[str]:
    """Jobs in the hands of many workers whose leases are over; one of them has very many."""
    names = [f"j{number}" for number in range(WORKERS * EACH + 900)]
    for first in range(0, len(names), 500):
        bench.add(*names[first : first + 500])
    taken = bench.worker("busy", LEASE_MS).claim(900)
    for number in range(WORKERS):
        bench.wait(rng.randint(0, 1))
        taken += bench.worker(f"w{number}", LEASE_MS).claim(EACH)
    assert sorted(taken) == sorted(names)
    bench.wait(LEASE_MS + 1)
    return names


def test_ten_reclaimers_bring_every_job_back_once(
    bench: QueueBench, valkey: PrivateServer, jobs: list[str], seed: int
) -> None:
    threads = [
        threading.Thread(target=reclaim_all, args=(valkey.socket, bench.now_ms))
        for _ in range(RECLAIMERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    each_came_back_once(bench, jobs)
    publish(Finding("reclaim by 10 at once", len(jobs), seed, figures={"leases": WORKERS + 1}))


def test_a_reclaimer_that_is_killed_in_the_middle_leaves_nothing_half_done(
    bench: QueueBench, valkey: PrivateServer, jobs: list[str], seed: int
) -> None:
    for quarter in range(3):
        goal = (WORKERS + 1) * (3 - quarter) // 4
        kill_one_that_reclaims(bench, valkey, goal)
        assert 0 < leases(bench) <= goal
        check(bench.client, bench.keys)
    reclaim_all(valkey.socket, bench.now_ms)
    each_came_back_once(bench, jobs)
    publish(Finding("reclaimer killed in mid-sweep", 3, seed, figures={"jobs": len(jobs)}))


def kill_one_that_reclaims(bench: QueueBench, server: PrivateServer, goal: int) -> None:
    """Kill a reclaimer once no more leases are left than `goal`."""
    program = "packages.backbeat.tests.support.reclaimer"
    arguments = [str(server.socket), str(bench.now_ms)]
    with subprocess.Popen([sys.executable, "-m", program, *arguments], cwd=ROOT) as process:
        # It works in slices, however seldom we get to look.
        while leases(bench) > goal:
            process.send_signal(signal.SIGCONT)
            time.sleep(SLICE_S)
            process.send_signal(signal.SIGSTOP)
            assert process.poll() is None, "it ended before it was killed"
        process.kill()


def leases(bench: QueueBench) -> int:
    return bench.client.zcard(bench.key("leases"))


def each_came_back_once(bench: QueueBench, jobs: list[str]) -> None:
    seen = check(bench.client, bench.keys)
    assert not seen.zsets["leases"]
    assert not seen.hashes["workers"]
    # starts:fails:crashes:snoozes:reason
    assert Counter(seen.hashes["runs"].values()) == {"1:0:1:0:turn": len(jobs)}
    assert set(seen.hashes["runs"]) == set(jobs)
    for lines in seen.hashes["history"].values():
        assert lines.count("\n") == 1
    again = bench.worker()
    claimed: list[str] = []
    while some := ids(again.tick(1_000)):
        claimed += some
    assert sorted(claimed) == sorted(jobs)
