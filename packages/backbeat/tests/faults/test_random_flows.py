"""Random flows over three queues while workers, relays and replies are lost."""

import pytest

from packages.backbeat.tests.support.dag_chaos import DagChaos
from packages.backbeat.tests.support.fault_report import LONG
from packages.backbeat.tests.support.private_server import PrivateServer

# Many seeds rather than long runs of one: each ends well within the time that a test may take.
SEEDS, FLOWS, MOST = (20, 500, 200) if LONG else (4, 50, 30)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_flow_is_stuck_and_no_parent_runs_twice(valkey: PrivateServer, seed: int) -> None:
    tally = DagChaos(valkey.client, seed).run(FLOWS, MOST)

    assert tally["flows"] == FLOWS
    for what in ("reclaims", "lost replies", "late relays", "relays died before acknowledging"):
        assert tally[what], f"no {what}"
