"""One thread leads, the others follow."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from backbeat.engine.calls.enqueue import Added, NewJob
from backbeat.engine.leading import Leading
from backbeat.errors import OutcomeUnknown, ServerUnavailable


def job(name: str) -> NewJob:
    return NewJob(name, b"0")


class Server:
    """Answers calls; may hold them, and fail with the error of that call (from 1)."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.entered = threading.Semaphore(0)
        self.leave = threading.Event()
        self.leave.set()
        self.errors: dict[int, BaseException] = {}

    def send(self, jobs: Sequence[NewJob], since: float) -> list[Added]:
        self.calls.append([job.id for job in jobs])
        self.entered.release()
        assert self.leave.wait(10)
        if len(self.calls) in self.errors:
            raise self.errors[len(self.calls)]
        return ["existing" if job.id.startswith("old") else "created" for job in jobs]

    def leading(self) -> Leading:
        return Leading(self.send, lambda: OutcomeUnknown("s", 1))


def together(server: Server, *names: str) -> list[list[object]]:
    """One thread adds and is held in its call; the others gather; then all go on."""
    leading, ends = server.leading(), [list[object]() for _ in names]
    server.leave.clear()

    def add(place: int) -> None:
        try:
            ends[place].append(leading.add(job(names[place])))
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - each is looked at
            ends[place].append(type(error))

    threads = [threading.Thread(target=add, args=(n,)) for n in range(len(names))]
    threads[0].start()
    assert server.entered.acquire(timeout=5)
    for number, thread in enumerate(threads[1:], start=1):
        thread.start()
        while len(leading._line) < number:
            pass
    server.leave.set()
    for thread in threads:
        thread.join(5)
    return ends


def test_what_gathers_while_a_call_is_under_way_shares_the_next() -> None:
    server = Server()
    ends = together(server, "a", "old-b", "c", "d")
    assert server.calls == [["a"], ["old-b", "c", "d"]]
    assert ends == [["created"], ["existing"], ["created"], ["created"]]


def test_a_failed_call_fails_for_its_jobs_only() -> None:
    server = Server()
    server.errors = {1: ServerUnavailable("down")}
    ends = together(server, "a", "b", "c")
    assert ends == [[ServerUnavailable], ["created"], ["created"]]


def test_an_interrupted_leader_hands_over() -> None:
    server = Server()
    server.errors = {1: KeyboardInterrupt()}
    ends = together(server, "a", "b", "c")
    assert ends == [[KeyboardInterrupt], ["created"], ["created"]]


def test_followers_of_an_interrupted_call_are_told_that_nothing_is_known() -> None:
    server = Server()
    server.errors = {2: KeyboardInterrupt()}
    ends = together(server, "a", "b", "c", "d")
    assert ends == [["created"], [KeyboardInterrupt], [OutcomeUnknown], [OutcomeUnknown]]
    assert server.leading().add(job("e")) == "created"


def test_a_follower_that_is_interrupted_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server()
    leading = server.leading()
    server.leave.clear()
    leader = threading.Thread(target=leading.add, args=(job("a"),))
    leader.start()
    assert server.entered.acquire(timeout=5)
    real = threading.Event.wait
    monkeypatch.setattr(threading.Event, "wait", _interrupt)
    with pytest.raises(KeyboardInterrupt):
        leading.add(job("b"))
    monkeypatch.setattr(threading.Event, "wait", real)
    server.leave.set()
    leader.join(5)
    assert leading.add(job("c")) == "created"
    assert server.calls == [["a"], ["c"]]


def test_many_threads_lose_nothing() -> None:
    server = Server()
    leading = server.leading()
    names = [f"{'old' if n % 3 else 'new'}-{n}" for n in range(2_000)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda name: leading.add(job(name)), names))
    assert answers == ["existing" if n % 3 else "created" for n in range(2_000)]
    assert sorted(name for call in server.calls for name in call) == sorted(names)


def _interrupt(*_: object) -> bool:
    raise KeyboardInterrupt
