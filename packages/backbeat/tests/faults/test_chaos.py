"""The engine under everything that can go wrong between it and its clients, at random."""

import os
from collections import Counter

import pytest

from packages.backbeat.tests.support.chaos import Chaos
from packages.backbeat.tests.support.private_server import PrivateServer

SEEDS = 120 if os.environ.get("FAULTS") == "long" else 12
STEPS = 6_000


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_job_is_doubled_stuck_or_lost(seed: int, valkey: PrivateServer) -> None:
    chaos = Chaos(valkey.client, seed)
    chaos.live_through(STEPS)
    print(dict(chaos.tally))
    assert chaos.tally["completed"] > 0
