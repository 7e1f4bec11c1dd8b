"""Repeating a call: for how long, how often, and how it ends."""

import asyncio
from collections.abc import Callable

import pytest

from backbeat.engine.transport.base import Later, NotAnswered, NotSent, Reply, Unsettled
from backbeat.engine.transport.resend import Backoff, Resend, answered, answered_sync
from backbeat.errors import BackbeatError, ProtocolError, ServerUnavailable, StorageFull


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def failing(*errors: BackbeatError) -> Callable[[], Reply]:
    """Fails with each error in turn, then answers."""
    left = list(errors)

    def send() -> Reply:
        if left:
            raise left.pop(0)
        return b"answer"

    return send


def test_pauses_grow_to_two_seconds_and_no_further() -> None:
    longest = Backoff(rng=lambda: 1.0)
    assert [longest.next() for _ in range(8)] == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0]
    longest.reset()
    assert longest.next() == 0.1


def test_pauses_are_drawn_from_nothing_up() -> None:
    assert Backoff(rng=lambda: 0.0).next() == 0.0
    drawn = Backoff()
    assert all(0.0 <= drawn.next() <= 2.0 for _ in range(2_000))


def test_a_call_that_was_not_sent_is_tried_again_at_once() -> None:
    resend = Resend(60.0, rng=lambda: 1.0)
    assert resend.pause(NotSent("down")) == 0.0
    assert not resend.unknown


def test_a_call_that_was_not_answered_is_tried_again_after_a_pause() -> None:
    resend = Resend(60.0, rng=lambda: 1.0)
    assert resend.pause(NotAnswered("lost")) == 0.1
    assert resend.unknown


def test_after_the_patience_a_call_that_may_have_run_ends_as_not_answered() -> None:
    clock = Clock()
    resend = Resend(5.0, now=clock)
    resend.pause(NotAnswered("lost"))
    clock.now += 5.0
    with pytest.raises(NotAnswered, match="given up after 5 s"):
        resend.pause(NotSent("down"))


def test_after_the_patience_a_call_that_did_not_run_ends_as_unavailable() -> None:
    clock = Clock()
    resend = Resend(5.0, now=clock)
    resend.pause(Later("LOADING", "loading"))
    clock.now += 5.0
    with pytest.raises(ServerUnavailable) as error:
        resend.pause(NotSent("down"))
    assert not isinstance(error.value, Unsettled)


def test_a_call_that_waited_for_its_turn_beyond_its_patience_is_not_begun() -> None:
    clock = Clock()
    resend = Resend(5.0, now=clock)
    resend.check()
    clock.now += 5.1
    with pytest.raises(ServerUnavailable, match="not sent"):
        resend.check()


@pytest.mark.parametrize(
    "error",
    [NotSent("x"), NotAnswered("x"), Later("BUSY", "x")],
    ids=lambda error: type(error).__name__,
)
async def test_a_call_is_sent_until_it_is_answered(error: BackbeatError) -> None:
    resend = Resend(60.0, rng=lambda: 0.01)
    send = failing(error, error)

    async def send_async() -> Reply:
        await asyncio.sleep(0)
        return send()

    assert await answered(send_async, resend) == b"answer"
    pauses: list[float] = []
    sent = answered_sync(failing(error, error), Resend(60.0, rng=lambda: 0.01), sleep=pauses.append)
    assert sent == b"answer"
    assert len(pauses) == 2


@pytest.mark.parametrize(
    "error",
    [StorageFull("x"), ProtocolError("x"), ServerUnavailable("x")],
    ids=lambda error: type(error).__name__,
)
def test_an_answer_of_the_server_ends_a_call_at_once(error: BackbeatError) -> None:
    with pytest.raises(type(error)) as raised:
        answered_sync(failing(error), Resend(60.0), sleep=lambda _: None)
    assert raised.value is error


def test_a_refusal_for_good_does_not_hide_that_an_earlier_try_may_have_run() -> None:
    send = failing(NotAnswered("lost"), ServerUnavailable("NOPERM"))
    with pytest.raises(NotAnswered, match="NOPERM"):
        answered_sync(send, Resend(60.0), sleep=lambda _: None)


def test_a_full_server_answers_before_anything_ran_so_its_refusal_is_final() -> None:
    send = failing(NotAnswered("lost"), StorageFull("full"))
    with pytest.raises(StorageFull):
        answered_sync(send, Resend(60.0), sleep=lambda _: None)
