"""Messages between queues: brought at least once, received once, whoever dies or forgets."""

from typing import cast

import pytest
import redis

from backbeat.engine.calls.control import parse_obliterate
from backbeat.engine.calls.flow import Letter, Ref
from backbeat.engine.states import State
from packages.backbeat.tests.support.flow_bench import FlowBench, fails, node, run_all
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.servers import Store

TOP = Ref("b", "top")


@pytest.fixture
def flows(store: Store) -> FlowBench:
    """Two queues."""
    return FlowBench(store.client, "a", "b")


def two(flows: FlowBench) -> None:
    """A child in one queue, its parent in the other, both sent."""
    child = node("a/child")
    flows.start(node("b/top", child), child)
    flows.relay()


def test_nothing_is_told_before_it_is_brought(flows: FlowBench) -> None:
    child = node("a/child")
    flows.start(node("b/top", child), child)

    assert flows.state(Ref("a", "child")) == ""
    assert flows.targets("b") == ["a"]
    flows.relay()
    assert flows.state(Ref("a", "child")) == "waiting"
    assert flows.targets("b") == []
    flows.check()


def test_a_tick_says_that_there_are_messages_until_they_are_acknowledged(
    flows: FlowBench,
) -> None:
    two(flows)
    worker = flows["a"].worker()
    claim = worker.tick(1)
    assert not claim.post

    assert worker.finish(claim).post
    assert worker.repeat().post
    assert worker.tick(0).post
    flows.relay()
    assert not worker.tick(0).post


def test_a_message_that_is_brought_again_is_passed_over(flows: FlowBench) -> None:
    two(flows)
    run_all(flows["a"])
    seen = flows.seen("a", "b")
    letters = flows.letters("a", "b", seen)

    last = flows.receive("a", "b", seen, letters)
    assert flows.state(TOP) == "waiting"
    worker = flows["b"].worker()
    claim = worker.tick(1)
    # The reply was lost; and a relay that was paused comes even later.
    assert flows.receive("a", "b", seen, letters) == last
    worker.finish(claim)
    assert flows.receive("a", "b", seen, letters) == last
    assert flows.state(TOP) == "completed"
    assert flows["b"].counts().total_completed == 1


def test_a_target_that_forgot_is_told_again(flows: FlowBench) -> None:
    """It failed over to a copy that had not heard of the last messages."""
    two(flows)
    run_all(flows["a"])
    before = copy(flows, "b")
    flows.relay()
    assert flows.state(TOP) == "waiting"
    put_back(flows, "b", before)
    assert flows.state(TOP) == "waiting-children"

    # Nothing new is written: a probe without messages finds out.
    seen = flows.seen("a", "b")
    last = flows.receive("a", "b", seen, [])
    assert last < seen
    flows.acknowledge("a", "b", last, back=True)
    flows.relay()
    assert flows.state(TOP) == "waiting"


def test_a_source_that_forgot_uses_no_number_again(flows: FlowBench) -> None:
    two(flows)
    before = copy(flows, "a")
    worker = flows["a"].worker()
    worker.finish(worker.tick(1))
    flows.relay()
    assert flows.state(TOP) == "waiting"

    put_back(flows, "a", before)
    # The child runs once more, and its end is told once more: that changes nothing.
    flows["a"].wait(1)
    flows["b"].wait(1)
    run_all(flows["a"])
    assert flows.relay() > 0
    assert run_all(flows["b"]) == ["top"]
    assert flows.record("b").states["completed"] == 2


def test_received_messages_stay_for_ten_minutes_and_then_go(flows: FlowBench) -> None:
    two(flows)
    run_all(flows["a"])
    flows.relay()
    outbox = flows["a"].keys.outbox("b")
    assert flows.client.xlen(outbox) > 0

    for _ in range(2):
        for bench in flows.queues.values():
            bench.wait(700_000)
        child = node(f"a/later-{flows['a'].now_ms}")
        flows.start(node(f"b/over-{flows['a'].now_ms}", child), child, flow=child.ref.id)
        flows.relay()
        run_all(flows["a"])
        flows.relay()
    numbers = [letter.number for letter in flows.letters("a", "b", 0)]
    assert min(numbers) >= (flows["a"].now_ms - 700_000) * 1000

    for bench in flows.queues.values():
        bench.wait(1_300_000)
        bench.run("janitor")
    assert flows.client.exists(outbox) == 0


def test_a_child_may_end_before_its_parent_has_come(flows: FlowBench) -> None:
    child = node("a/child")
    flows.start(node("b/top", child), child, home="a")
    run_all(flows["a"])
    # The end of the child overtakes the add of its parent: two relays, two outboxes.
    letters = flows.letters("a", "b", 0)
    assert [letter.kind for letter in letters] == [b"add", b"ended"]
    flows["b"].run("receive", "x", 0, 1, 1, *_parts(letters[1]))
    flows.check()
    flows["b"].run("receive", "x", 1, 1, 2, *_parts(letters[0]))

    assert flows.state(TOP) == "waiting"
    assert flows.children(TOP).ended[0].result == b'"child"'


def test_what_is_too_much_for_one_script_goes_on_in_the_next(flows: FlowBench) -> None:
    """A job whose failure fails more parents than one script may touch."""
    child = node("a/child")
    parents = [node(f"a/parent-{number}", child) for number in range(400)]
    flows.start(*parents, child)
    flows.relay()

    run_all(flows["a"], fails("child"))
    assert flows.targets("a") == ["a"]
    flows.relay()
    assert flows["a"].counts().failed == 401
    assert flows.record("a").states["failed"] == 401
    flows.check()


def test_a_queue_with_very_many_children_is_obliterated_in_steps(flows: FlowBench) -> None:
    """Whoever waits for them in another queue is told of each."""
    tops = [Ref("b", f"top-{number}") for number in range(3)]
    for top in tops:
        children = [node(f"a/{top.id}-{number}") for number in range(400)]
        flows.start(node(f"b/{top.id}", *children), *children, flow=top.id)
    flows.relay()
    assert [flows.children(top).open for top in tops] == [400] * 3
    calls = [parse_obliterate(flows["a"].me.call("obliterate", 0)) for _ in range(2)]

    flows.relay()

    assert calls == ["more", "ok"]
    assert [flows.children(top).open for top in tops] == [0] * 3
    assert {flows.state(top) for top in tops} == {"failed"}
    assert "dependents" not in flows["a"].all_keys()


def test_a_message_for_a_parent_that_is_gone_changes_nothing(flows: FlowBench) -> None:
    two(flows)
    flows["b"].me.call("remove", "top")
    run_all(flows["a"])
    flows.relay()

    assert flows.state(TOP) == ""
    assert flows.record("b").states["removed"] == 1
    assert flows["b"].counts().waiting_children == 0


def test_a_full_server_refuses_a_flow_and_brings_those_it_has_to_their_end(
    any_server: PrivateServer,
) -> None:
    flows = FlowBench(any_server.client, "a", "b")
    two(flows)
    worker = flows["a"].worker()
    claim = worker.tick(1)
    flows.client.config_set("maxmemory", 1)

    with pytest.raises(redis.OutOfMemoryError):
        flows.start(node("b/other"), flow="other")
    worker.finish(claim)
    flows.relay()
    assert flows["b"].state("top") is State.WAITING


def copy(flows: FlowBench, queue: str) -> dict[bytes, bytes]:
    """All keys of a queue, as a copy that lags behind has them."""
    keys = cast("list[bytes]", flows.client.keys(f"{flows[queue].keys.prefix}*"))
    return {key: cast("bytes", flows.client.dump(key.decode())) for key in keys}


def put_back(flows: FlowBench, queue: str, before: dict[bytes, bytes]) -> None:
    """The copy takes over."""
    flows.client.delete(*copy(flows, queue))
    for key, value in before.items():
        flows.client.restore(key.decode(), 0, value)


def _parts(letter: Letter) -> tuple[bytes, bytes, bytes, bytes]:
    return letter.kind, letter.id, letter.args, letter.data
