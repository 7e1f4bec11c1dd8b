"""Results are written by the worker and read as the handler declares them."""

from dataclasses import dataclass

import pytest

from backbeat.app.results import ANY_RESULT, Result
from backbeat.errors import InvalidPayload, JobError


@dataclass
class Report:
    total: int


def test_a_result_is_read_as_declared() -> None:
    result: Result[Report] = Result(Report)

    assert result.decode("j1", result.encode(Report(3))) == Report(3)


def test_nothing_needs_no_place() -> None:
    assert ANY_RESULT.encode(None) is None
    assert ANY_RESULT.decode("j1", None) is None
    assert ANY_RESULT.decode("j1", b"") is None


def test_a_result_that_is_no_json_is_refused() -> None:
    with pytest.raises(InvalidPayload, match="result"):
        ANY_RESULT.encode(object())


def test_a_result_that_is_too_large_is_refused_with_what_to_do() -> None:
    with pytest.raises(InvalidPayload, match="store it elsewhere"):
        ANY_RESULT.encode("x" * (16 * 1024 * 1024))


@pytest.mark.parametrize("stored", [b'{"total":"three"}', b"", b"{"])
def test_a_result_of_another_type_is_named_with_its_job(stored: bytes) -> None:
    result: Result[Report] = Result(Report)

    with pytest.raises(JobError, match="job j1 is completed, but its result") as wrong:
        result.decode("j1", stored)

    assert wrong.value.job_id == "j1"
