"""The way back of one connection: pauses, and how little is logged."""

import logging

import pytest

from backbeat.engine.transport.pacing import Pacing


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pacing(clock: Clock) -> Pacing:
    return Pacing("somewhere", "connection", now=clock)


def test_a_connection_that_was_of_use_is_replaced_at_once(pacing: Pacing) -> None:
    pacing.made()
    pacing.useful()
    pacing.lost("cut")
    assert pacing.wait() == 0.0


def test_a_connection_that_breaks_without_an_answer_is_replaced_after_growing_pauses(
    pacing: Pacing, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing._backoff, "_rng", lambda: 1.0)
    waits = []
    for _ in range(6):
        pacing.made()
        pacing.lost("cut")
        waits.append(round(pacing.wait(), 3))
        clock.now += pacing.wait()
    assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0]


def test_one_answer_ends_the_growing(pacing: Pacing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing._backoff, "_rng", lambda: 1.0)
    for _ in range(5):
        pacing.lost("down")
    pacing.made()
    pacing.useful()
    pacing.lost("cut")
    pacing.lost("down")
    assert pacing.wait() == pytest.approx(0.1)


def test_an_outage_is_logged_once_a_second_with_its_beginning_and_its_end(
    pacing: Pacing, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="backbeat.transport")
    for _ in range(100):
        pacing.lost("no such file")
        clock.now += 0.05
    pacing.made()
    assert len(caplog.messages) == 6
    assert caplog.messages[0] == "connection to somewhere lost: no such file"
    assert caplog.messages[-1] == "connection to somewhere connected again after 5.0 s"


def test_the_first_connection_is_not_worth_a_line(
    pacing: Pacing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="backbeat.transport")
    pacing.made()
    assert caplog.messages == []
