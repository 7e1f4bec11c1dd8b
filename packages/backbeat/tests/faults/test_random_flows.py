"""Random flows over three queues while workers, relays and replies are lost."""

import os

import pytest

from packages.backbeat.tests.support.dag_chaos import DagChaos
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.mark.parametrize("seed", range(4))
def test_no_flow_is_stuck_and_no_parent_runs_twice(valkey: PrivateServer, seed: int) -> None:
    flows, most = (2_500, 200) if os.environ.get("FAULTS") == "long" else (50, 30)

    tally = DagChaos(valkey.client, seed).run(flows, most)

    assert tally["flows"] == flows
    for what in ("reclaims", "lost replies", "late relays", "relays died before acknowledging"):
        assert tally[what], f"no {what}"
