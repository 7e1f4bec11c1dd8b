"""The engine under everything that can go wrong between it and its clients, at random."""

import os

import pytest

from packages.backbeat.tests.support.chaos import Chaos
from packages.backbeat.tests.support.private_server import PrivateServer

# 4,000 jobs and more each: 50,000 together, in about a minute.
SEEDS = 150 if os.environ.get("FAULTS") == "long" else 13
STEPS = 4_800
EVERYTHING = (
    "completed", "failed", "cancelled", "removed", "returned", "expired", "reclaims",
    "added anew", "run again", "lost replies", "late duplicates refused: StaleCall",
    "stale outcomes refused", "reschedule ok", "set_priority ok", "crashed", "left", "census",
    "drained", "cleaned", "changed", "watched", "others acted before the call was sent again",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_job_is_doubled_stuck_or_lost(seed: int, valkey: PrivateServer) -> None:
    chaos = Chaos(valkey.client, seed)

    chaos.live_through(STEPS)

    assert chaos.tally["completed"] >= 4_000
    # What was not tried is not proven.
    assert [thing for thing in EVERYTHING if not chaos.tally[thing]] == []
