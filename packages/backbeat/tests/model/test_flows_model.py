"""Random flows against their model, on every store: a few; very many are with the fault tests."""

from typing import Final

from packages.backbeat.tests.support.dag_chaos import DagChaos
from packages.backbeat.tests.support.fault_report import size
from packages.backbeat.tests.support.servers import Store

# fakeredis takes many times as long for a script.
FLOWS: Final = {"valkey": 40, "redis7": 40, "fakeredis": 8}
LONGER: Final = size(ci=1, long=10)
MOST: Final = 25


def test_flows_on_a_store_end_as_the_model_allows(store: Store) -> None:
    flows = FLOWS[store.name] * LONGER

    tally = DagChaos(store.client, seed=7).run(flows, MOST)

    assert tally["flows"] == flows
    for what in ("reclaims", "lost replies", "grown", "ended from outside", "retries"):
        assert tally[what], f"no {what}"
