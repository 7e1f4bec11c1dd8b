"""Who waits notices that another server has taken over, however quietly that happened."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Final

import pytest

from backbeat.config.several import Several, parse_several
from backbeat.engine.transport.lookout import Lookout
from backbeat.engine.transport.sentinel import sentinel_target
from backbeat.engine.transport.slots import slot_of_key
from backbeat.engine.transport.target import Target
from backbeat.engine.transport.topology import Topology
from packages.backbeat.tests.support.cluster import Cluster, Node, until
from packages.backbeat.tests.support.sentinels import Watched

KEY = "{a}:value"
SLOT = slot_of_key(KEY)
_MANY: Final = 8


@pytest.fixture
def topology(cluster: Cluster) -> Iterator[Topology]:
    """The map of a cluster that is well, asked for twice."""
    several = _several(cluster.url)
    made = Topology(several, Target.way(several))
    made.look(0)
    made.look(0)
    yield made
    made.close()


def test_a_slot_is_missed_that_moved_after_its_epoch_was_known(
    cluster: Cluster, topology: Topology
) -> None:
    old = cluster.primary_of(KEY)
    heir = next(node for node in cluster.primaries if node is not old)
    lookout = _lookout(topology.target(("127.0.0.1", old.port), SLOT))
    # As in an election: all have heard of its epoch before any slot has moved.
    heir.cluster("BUMPEPOCH")
    until(lambda: len(set(map(_epoch, cluster.nodes))) == 1, "the epoch is not known to all")
    lookout.look(0)
    assert not lookout.moved()
    epoch = _epoch(heir)

    for node in (heir, old):
        node.cluster("SETSLOT", SLOT, "NODE", heir.id)
    until(lambda: {_owner(node) for node in cluster.nodes} == {heir.port}, "not all know of it")
    assert set(map(_epoch, cluster.nodes)) == {epoch}

    lookout.look(0)
    assert lookout.moved()


def test_what_one_connection_has_found_out_all_know_at_once(
    cluster: Cluster, topology: Topology
) -> None:
    old = cluster.primary_of(KEY)
    heir = next(node for node in cluster.primaries if node is not old)
    address = "127.0.0.1", old.port
    one, other = (_lookout(topology.target(address, SLOT)) for _ in range(2))
    cluster.move_slot(SLOT, heir)
    until(lambda: {_owner(node) for node in cluster.nodes} == {heir.port}, "not all know of it")

    one.look(0)

    assert other.fresh(60)
    assert other.moved()


def test_connections_that_break_in_the_same_moment_ask_once(watched: Watched) -> None:
    several = _several(watched.url)
    target = sentinel_target(several, Target.way(several))
    asked = _questions(watched)
    barrier = Barrier(_MANY)

    def locate() -> Target:
        barrier.wait()
        return target.located()

    with ThreadPoolExecutor(_MANY) as threads:
        labels = {each.result().label for each in [threads.submit(locate) for _ in range(_MANY)]}

    assert len(labels) == 1
    # One, unless a thread was held up for as long as an answer holds.
    assert 1 <= _questions(watched) - asked < _MANY


def _questions(watched: Watched) -> int:
    """How often the primary was asked for its role."""
    told: Any = watched.primary.client.info("commandstats")
    return int(told.get("cmdstat_role", {"calls": 0})["calls"])


def _several(url: str) -> Several:
    several = parse_several(url)
    assert several is not None
    return several


def _lookout(target: Target) -> Lookout:
    assert target.lookout is not None
    return target.lookout


def _epoch(node: Node) -> bytes:
    facts: bytes = node.cluster("INFO")
    return next(line for line in facts.splitlines() if line.startswith(b"cluster_current_epoch"))


def _owner(node: Node) -> int:
    for first, last, primary, *_ in node.cluster("SLOTS"):
        if first <= SLOT <= last:
            return int(primary[1])
    return 0
