"""Flows in one queue: who waits for whom, and what ends what."""

import pytest

from backbeat.engine.calls.flow import Ref
from backbeat.engine.states import State
from packages.backbeat.tests.support.flow_bench import FlowBench, fails, node, run_all
from packages.backbeat.tests.support.servers import Store


@pytest.fixture
def flows(store: Store) -> FlowBench:
    """One queue."""
    return FlowBench(store.client, "a")


def test_a_parent_waits_for_its_children(flows: FlowBench) -> None:
    left, right = node("a/left"), node("a/right")
    flows.start(node("a/top", left, right), left, right)

    assert flows["a"].state("top") is State.WAITING_CHILDREN
    assert flows["a"].counts().waiting_children == 1
    assert [job.id for job in flows["a"].page(State.WAITING_CHILDREN).jobs] == ["top"]
    flows.check()


def test_a_parent_is_released_in_the_script_that_ends_its_last_child(flows: FlowBench) -> None:
    left, right = node("a/left"), node("a/right")
    flows.start(node("a/top", left, right), left, right)
    worker = flows["a"].worker()
    claim = worker.tick(2)

    assert worker.finish(claim, "left").jobs == []
    assert flows["a"].state("top") is State.WAITING_CHILDREN
    worker.finish(claim, "right")
    assert flows["a"].state("top") is State.WAITING
    assert worker.claim() == ["top"]


def test_a_parent_finds_what_its_children_gave(flows: FlowBench) -> None:
    left, right = node("a/left", name_of="l"), node("a/right", name_of="r")
    flows.start(node("a/top", left, right), left, right)
    run_all(flows["a"])

    found = flows.children(Ref("a", "top"))
    assert [(child.ref.id, child.name, child.state, child.result) for child in found.ended] == [
        ("left", "l", "completed", b'"left"'),
        ("right", "r", "completed", b'"right"'),
    ]


def test_a_job_may_have_several_parents(flows: FlowBench) -> None:
    root = node("a/root")
    left, right = node("a/left", root), node("a/right", root)
    flows.start(node("a/top", left, right), left, right, root)

    assert run_all(flows["a"]) == ["root", "left", "right", "top"]
    assert flows.record("a").states["completed"] == 4
    assert flows.record("a").ended_ms is not None
    flows.check()


def test_a_failed_child_fails_all_that_stand_on_it(flows: FlowBench) -> None:
    base = node("a/base")
    middle = node("a/middle", base)
    flows.start(node("a/top", middle), middle, base)

    assert run_all(flows["a"], fails("base")) == ["base"]
    assert flows["a"].state("middle") is State.FAILED
    assert flows["a"].state("top") is State.FAILED
    assert flows.record("a").states["failed"] == 3
    flows.check()


def test_the_same_flow_is_started_once(flows: FlowBench) -> None:
    assert flows.start(node("a/one")) == "ok"
    assert flows["a"].me.repeat() == [b"ok"]
    assert flows.start(node("a/two")) == "existing"
    assert flows["a"].counts().waiting == 1
