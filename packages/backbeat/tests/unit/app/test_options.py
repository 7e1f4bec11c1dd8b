"""Options of one job are checked when they are written, and prepared once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backbeat.app.options import Plan, prepare
from backbeat.app.policy import NO_HANDLER
from backbeat.engine.record import StoredBackoff, StoredOptions, decode_record
from backbeat.errors import InvalidOption, PayloadTooLarge
from backbeat.values import Retry

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOON_MS = 1_767_268_800_000


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"delay": 1, "run_at": NOON}, "exclude each other"),
        ({"delay": -1}, "duration"),
        ({"delay": timedelta(seconds=-1)}, "duration"),
        ({"run_at": datetime(2026, 1, 1)}, "no time zone"),  # noqa: DTZ001 - the case
        ({"priority": 11}, "priority"),
        ({"priority": -1}, "priority"),
        ({"priority": "high"}, "priority"),
        ({"attempts": 0}, "attempts"),
        ({"attempts": 3, "retry": Retry()}, "exclude each other"),
        ({"retry": Retry(attempts=2, only=(OSError,))}, "at the handler"),
        ({"retry": Retry(attempts=2, never=(OSError,))}, "at the handler"),
        ({"retry": Retry.custom(float, attempts=2)}, "at the handler"),
        ({"timeout": -1}, "duration"),
        ({"wait_timeout": float("nan")}, "duration"),
        ({"deadline": -1}, "duration"),
        ({"stale_after": -1}, "duration"),
        ({"keep": -1}, "duration"),
        ({"id": "a,b"}, "job id"),
        ({"id": ""}, "job id"),
        ({"id": "x" * 129}, "job id"),
        ({"on_kept": "forget"}, "on_kept"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(options: Any, word: str) -> None:
    with pytest.raises(InvalidOption, match=word):
        prepare(NO_HANDLER, options)


def test_an_unknown_option_is_a_mistake_in_the_call() -> None:
    options: Any = {"dely": 3}
    with pytest.raises(TypeError, match="dely"):
        prepare(NO_HANDLER, options)


def test_no_options_make_a_plain_job() -> None:
    plan = prepare(NO_HANDLER, {})

    job = plan.job("x", b"{}", now_ms=1_000, limit=10)

    assert plan == Plan()
    assert job.plain
    assert job.record == b'0["x",1000,{}]'


def test_what_is_not_given_is_the_handlers() -> None:
    urgent = replace(NO_HANDLER, priority=8)
    assert prepare(urgent, {}).priority == 8
    assert prepare(urgent, {"priority": None}).priority == 8
    assert prepare(urgent, {"priority": 0}).priority == 0
    assert prepare(NO_HANDLER, {"id": None, "delay": None, "timeout": None, "keep": None}) == Plan()


def test_each_job_has_an_id_of_its_own_unless_one_is_given() -> None:
    ids = [Plan().job("x", b"{}", 0, 10).id for _ in range(100)]

    assert len(set(ids)) == 100
    assert Plan(job_id="mine").job("x", b"{}", 0, 10).id == "mine"


def test_a_delay_is_counted_by_the_server_and_a_moment_is_not() -> None:
    assert prepare(NO_HANDLER, {"delay": 1.5}).job("x", b"{}", 1_000, 10).due_ms == -1_500
    assert prepare(NO_HANDLER, {"run_at": NOON}).job("x", b"{}", 1_000, 10).due_ms == NOON_MS
    assert prepare(NO_HANDLER, {"delay": 0}).job("x", b"{}", 1_000, 10).plain


def test_what_travels_is_what_was_given() -> None:
    assert prepare(NO_HANDLER, {"attempts": 3}).stored == StoredOptions(attempts=3)
    assert prepare(
        NO_HANDLER, {"retry": Retry.linear(attempts=3, delay=2)}
    ).stored == StoredOptions(attempts=3, backoff=StoredBackoff("linear", 2_000))
    assert prepare(NO_HANDLER, {"keep": 0}).stored == StoredOptions(keep=0)
    assert prepare(NO_HANDLER, {"keep": timedelta(days=1)}).stored == StoredOptions(
        keep_ms=86_400_000
    )


def test_a_result_is_sent_only_to_who_asks_for_it() -> None:
    waiting = prepare(NO_HANDLER, {"wait": True}).job("x", b"{}", 0, 10, "me")
    plain = prepare(NO_HANDLER, {}).job("x", b"{}", 0, 10, "me")

    assert decode_record(waiting.record).reply == "me"
    assert decode_record(plain.record).reply == ""


def test_replacing_is_said_with_the_job() -> None:
    assert prepare(NO_HANDLER, {"on_kept": "replace"}).job("x", b"{}", 0, 10).replace


def test_a_payload_is_as_large_as_the_limit_or_refused() -> None:
    assert Plan().job("x", b"x" * 10, 0, 10).record.endswith(b"x" * 10 + b"]")

    with pytest.raises(PayloadTooLarge) as refused:
        Plan().job("x", b"x" * 11, 0, 10)
    assert (refused.value.size, refused.value.limit) == (11, 10)
