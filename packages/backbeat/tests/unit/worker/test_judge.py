"""What an ending means for a job: the whole table, without a server and without a clock."""

import asyncio
from typing import Any

import msgspec
import pytest

from backbeat.app.job import Job
from backbeat.engine.record import Record, StoredBackoff, StoredOptions
from backbeat.errors import InvalidPayload, Permanent
from backbeat.values import Cancel, Retry, Snooze
from backbeat.worker.attempt.job_rules import retry_of
from backbeat.worker.attempt.judge import BrokenRecord, Encoded, Judge, NoHandler, RemoteError
from backbeat.worker.attempt.run import Run, Stop
from backbeat.worker.attempt.terms import Terms
from backbeat.worker.attempt.verdict import Completed, Ended, PutBack
from backbeat.worker.pools.frames import Raised
from backbeat.worker.pools.processes import ProcessDied

NOW_MS = 1_800_000_000_000
CREATED_MS = NOW_MS - 5_000
JUDGE = Judge("w1", max_stalled=3)
THREE = Terms("pay", retry=Retry.fixed(attempts=3, delay=2))


def make(
    terms: Terms = THREE,
    *,
    past: bytes = b"",
    options: StoredOptions | None = None,
    stop: Stop | None = None,
    cause: str = "",
) -> Run:
    record = Record("pay", CREATED_MS, msgspec.Raw(b"{}"), options)
    home: Any = None  # an outcome is judged, and told to nobody
    run = Run("j1", 7, record, past, terms, home, NOW_MS - 1_000)
    run.job = Job("j1", "pay", "q", 1, terms.retry.attempts, 1, CREATED_MS, home)
    run.stop, run.cause = stop, cause
    return run


def reason(verdict: object) -> str:
    assert isinstance(verdict, Ended)
    assert verdict.state == "failed"
    return str(msgspec.json.decode(verdict.result)["reason"])


def outcome(verdict: object) -> str:
    assert isinstance(verdict, PutBack | Ended)
    return str(msgspec.json.decode(verdict.line)["outcome"])


def test_a_value_is_a_result() -> None:
    assert JUDGE.value(make(), {"a": 1}, NOW_MS) == Completed(b'{"a":1}')
    assert JUDGE.value(make(), None, NOW_MS) == Completed(None)


def test_a_result_that_is_json_already_is_not_encoded_again() -> None:
    assert JUDGE.value(make(), Encoded(b"[1]"), NOW_MS) == Completed(b"[1]")


def test_snoozing_comes_back_later_and_counts_as_a_snooze_only() -> None:
    verdict = JUDGE.value(make(past=b"4:1:1:2:retry"), Snooze(1.5), NOW_MS)
    assert isinstance(verdict, PutBack)
    assert verdict.due_ms == NOW_MS + 1_500
    assert str(verdict.run_record) == "5:1:1:3:snooze"
    assert outcome(verdict) == "snoozed"


def test_declining_ends_the_job_with_its_reason() -> None:
    verdict = JUDGE.value(make(), Cancel("closed"), NOW_MS)
    assert isinstance(verdict, Ended)
    assert (verdict.state, verdict.result) == ("cancelled", b'{"reason":"closed"}')


def test_a_failure_comes_back_after_its_wait() -> None:
    verdict = JUDGE.error(make(), ValueError("no"), NOW_MS)
    assert isinstance(verdict, PutBack)
    assert verdict.due_ms == NOW_MS + 2_000
    assert str(verdict.run_record) == "1:1:0:0:retry"
    line = msgspec.json.decode(verdict.line)
    assert (line["started"], line["ended"], line["due"]) == (
        NOW_MS - 1_000,
        NOW_MS,
        NOW_MS + 2_000,
    )
    assert (line["outcome"], line["error"], line["worker"]) == ("failed", "ValueError", "w1")


def test_the_last_failure_ends_the_job() -> None:
    verdict = JUDGE.error(make(past=b"2:2:0:0:retry"), ValueError("no"), NOW_MS)
    assert reason(verdict) == "exhausted"
    assert isinstance(verdict, Ended)
    assert msgspec.json.decode(verdict.result)["attempts"] == 3


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Permanent("never"), "permanent"),
        (InvalidPayload("does not fit"), "permanent"),
        (BrokenRecord("no job"), "broken"),
        (RemoteError(Raised("E", "m", "t", retryable=False)), "permanent"),
    ],
)
def test_some_errors_end_the_job_at_once(error: Exception, expected: str) -> None:
    assert reason(JUDGE.error(make(), error, NOW_MS)) == expected


def test_an_error_from_another_process_is_repeated_like_one_of_ours() -> None:
    error = RemoteError(Raised("OSError", "down", "trace", retryable=True))
    verdict = JUDGE.error(make(), error, NOW_MS)
    assert isinstance(verdict, PutBack)
    line = msgspec.json.decode(verdict.line)
    assert (line["error"], line["message"], line["trace"]) == ("OSError", "down", "trace")


def test_a_lost_process_is_no_failure_until_it_happens_too_often() -> None:
    verdict = JUDGE.error(make(past=b"2:0:2:0:turn"), ProcessDied(-9), NOW_MS)
    assert isinstance(verdict, PutBack)
    assert (verdict.due_ms, str(verdict.run_record)) == (0, "3:0:3:0:turn")
    assert reason(JUDGE.error(make(past=b"3:0:3:0:turn"), ProcessDied(-9), NOW_MS)) == "stalled"


def test_a_job_without_a_handler_gets_three_chances() -> None:
    past = b"9:0:0:9:snooze"
    for _ in range(3):
        verdict = JUDGE.error(make(past=past), NoHandler("who?"), NOW_MS)
        assert isinstance(verdict, PutBack)
        past = str(verdict.run_record).encode()
    assert reason(JUDGE.error(make(past=past), NoHandler("who?"), NOW_MS)) == "no handler"


def test_a_start_under_a_handler_gives_a_job_its_chances_anew() -> None:
    snoozed = JUDGE.value(make(past=b"3:0:0:3:snooze:0:3"), Snooze(1), NOW_MS)
    assert isinstance(snoozed, PutBack)
    past = str(snoozed.run_record).encode()
    assert isinstance(JUDGE.error(make(past=past), NoHandler("who?"), NOW_MS), PutBack)


@pytest.mark.parametrize("raised", [asyncio.CancelledError(), ValueError("in the clean-up")])
def test_why_a_run_was_stopped_decides_and_not_what_it_raises_then(raised: BaseException) -> None:
    cancelled = JUDGE.error(make(stop=Stop.CANCEL, cause="the user left"), raised, NOW_MS)
    assert isinstance(cancelled, Ended)
    assert (cancelled.state, cancelled.result) == ("cancelled", b'{"reason":"the user left"}')
    released = JUDGE.error(make(stop=Stop.RELEASE), raised, NOW_MS)
    assert isinstance(released, PutBack)
    assert (released.due_ms, str(released.run_record)) == (0, "1:0:0:0:turn")
    expired = JUDGE.error(make(stop=Stop.EXPIRED, cause="over"), raised, NOW_MS)
    assert reason(expired) == "expired"
    late = JUDGE.error(make(past=b"2:2:0:0:retry", stop=Stop.TIMEOUT), raised, NOW_MS)
    assert reason(late) == "timeout"


def test_a_timeout_is_repeated_like_any_failure() -> None:
    verdict = JUDGE.error(make(stop=Stop.TIMEOUT, cause="slow"), asyncio.CancelledError(), NOW_MS)
    assert isinstance(verdict, PutBack)
    assert msgspec.json.decode(verdict.line)["error"] == "TimeoutError"


def test_no_attempt_is_made_that_would_begin_after_the_deadline() -> None:
    options = StoredOptions(deadline_ms=6_000)
    assert reason(JUDGE.error(make(options=options), ValueError("no"), NOW_MS)) == "expired"
    longer = StoredOptions(deadline_ms=7_000)
    assert isinstance(JUDGE.error(make(options=longer), ValueError("no"), NOW_MS), PutBack)


def test_a_job_brings_its_own_attempts_and_waits() -> None:
    only = Terms("pay", retry=Retry.fixed(attempts=2, delay=9, jitter=0.5))
    assert retry_of(make(only)) is only.retry
    attempts = retry_of(make(only, options=StoredOptions(attempts=7)))
    assert (attempts.attempts, attempts.delay) == (7, 9)
    backoff = StoredBackoff("exponential", 500, factor=3.0, max_ms=4_000)
    waits = retry_of(make(only, options=StoredOptions(backoff=backoff)))
    assert waits.attempts == 2
    assert [waits.wait(failures) for failures in (1, 2, 3, 4)] == [0.5, 1.5, 4, 4]


def test_types_of_errors_stay_the_handlers_business_when_a_job_brings_its_retries() -> None:
    declared = Terms("pay", retry=Retry(attempts=1, never=(KeyError,)))
    run = make(declared, options=StoredOptions(attempts=5))
    assert reason(JUDGE.error(run, KeyError("x"), NOW_MS)) == "permanent"
    assert isinstance(JUDGE.error(run, ValueError("x"), NOW_MS), PutBack)
