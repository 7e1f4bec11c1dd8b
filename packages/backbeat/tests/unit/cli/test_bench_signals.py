"""When a benchmark may be broken off, and when not."""

import signal

import pytest

from backbeat.cli.bench.signals import stoppable, uninterrupted


def test_sigterm_breaks_off_as_ctrl_c_does_and_the_old_handler_comes_back() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt), stoppable():
        signal.raise_signal(signal.SIGTERM)

    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_neither_breaks_into_a_block_that_must_not_be_interrupted(number: signal.Signals) -> None:
    reached: list[str] = []

    with pytest.raises(KeyboardInterrupt), stoppable():
        _raise_uninterrupted(number, reached)

    assert reached == ["the end of the block"]


def _raise_uninterrupted(number: signal.Signals, reached: list[str]) -> None:
    with uninterrupted():
        signal.raise_signal(number)
        reached.append("the end of the block")
    reached.append("what comes after it")
