"""Random flows against their model, on every store: a few; very many are with the fault tests."""

from packages.backbeat.tests.support.dag_chaos import DagChaos
from packages.backbeat.tests.support.fault_report import size
from packages.backbeat.tests.support.servers import Store

FLOWS, MOST = size(ci=40, long=400), 25


def test_flows_on_a_store_end_as_the_model_allows(store: Store) -> None:
    tally = DagChaos(store.client, seed=7).run(FLOWS, MOST)

    assert tally["flows"] == FLOWS
    for what in ("reclaims", "lost replies", "grown", "ended from outside", "retries"):
        assert tally[what], f"no {what}"
