"""How long the server remembers what it has answered, and that it forgets."""

from backbeat.engine.calls.enqueue import Added, enqueue_args, parse_enqueue
from packages.backbeat.tests.support.queue_bench import QueueBench, Session, job

MINUTE_MS = 60_000


def test_an_answer_is_remembered_for_ten_minutes_whoever_else_calls(bench: QueueBench) -> None:
    _others_call(bench, minutes=9)
    assert _call(bench) == ["created"]
    bench.me.call("remove", "a")

    _others_call(bench, minutes=10)

    assert _call(bench) == ["created"]
    assert bench.state("a") is None


def test_of_sessions_that_are_gone_nothing_stays(bench: QueueBench) -> None:
    _call(bench)
    _others_call(bench, minutes=31)

    kept = [
        *bench.client.hkeys(bench.keys.sessions()),
        *bench.client.hkeys(bench.keys.sessions(old=True)),
    ]
    assert b"mine" not in kept
    assert len(kept) < 2 * 12


def test_a_session_that_goes_on_is_remembered_without_others(bench: QueueBench) -> None:
    for _ in range(100):
        bench.me.configure(max_running=5)
        bench.wait(MINUTE_MS)

    assert bench.client.hexists(bench.keys.sessions(), "me")


def test_the_janitor_lets_a_quiet_queue_forget(bench: QueueBench) -> None:
    _call(bench)
    for _ in range(3):
        bench.wait(11 * MINUTE_MS)
        bench.run("janitor")

    for key in (bench.keys.sessions(), bench.keys.sessions(old=True)):
        assert not bench.client.hexists(key, "mine")


def test_an_obliterated_queue_forgets_by_itself(bench: QueueBench) -> None:
    bench.me.call("obliterate", 0)

    assert 0 < bench.client.pttl(bench.keys.sessions()) <= 30 * MINUTE_MS


def _call(bench: QueueBench) -> list[Added]:
    """The same call, also when it is made again."""
    new = [job("a")]
    return parse_enqueue(bench.run("enqueue", "mine", 1, *enqueue_args(new)), new)


def _others_call(bench: QueueBench, *, minutes: int) -> None:
    for _ in range(minutes):
        Session(bench, f"other-{bench.now_ms}").configure(max_running=5)
        bench.wait(MINUTE_MS)
