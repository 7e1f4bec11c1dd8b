"""Error replies of scripts and the exceptions that they become."""

import pytest

from backbeat.engine.codes import BadCall, Code, StaleCall, error_for_code, is_code
from backbeat.errors import BackbeatError, LeaseLost, QueueClosed, QueueFull


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (Code.LOST, LeaseLost),
        (Code.STALE_CALL, StaleCall),
        (Code.CLOSED, QueueClosed),
        (Code.QUEUE_FULL, QueueFull),
        (Code.BAD_CALL, BadCall),
    ],
)
def test_every_code_has_its_exception(code: Code, error: type[BackbeatError]) -> None:
    raised = error_for_code(code, f"{code} mails a reason")

    assert type(raised) is error
    assert "mails" in str(raised)


def test_every_code_is_in_the_table() -> None:
    assert {type(error_for_code(code, f"{code} q why")) for code in Code} != set()
    assert len({type(error_for_code(code, f"{code} q why")) for code in Code}) == len(Code)


def test_refusals_of_a_queue_name_it() -> None:
    full = error_for_code("BB_QUEUE_FULL", "BB_QUEUE_FULL mails holds as many jobs as it may")

    assert isinstance(full, QueueFull)
    assert full.queue == "mails"


def test_words_of_the_server_are_not_ours() -> None:
    assert is_code("BB_LOST")
    assert not is_code("OOM")
    assert not is_code("BB_OTHER")
