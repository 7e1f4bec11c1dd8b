"""What a handler's signature means, and which signatures are refused where they are written."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from backbeat import Depends
from backbeat.app.arguments import Arguments
from backbeat.app.datetimes import AWARE
from backbeat.app.job import Job
from backbeat.app.signature import REQUIRED, Carried, read_signature
from backbeat.errors import ConfigurationError
from backbeat.values import Cancel, Snooze


class Database:
    """Something a worker injects."""


def open_database() -> Database:
    return Database()


def test_job_comes_first_and_injected_parameters_do_not_travel() -> None:
    async def handler(
        job: Job,
        wallet: str,
        db: Database = Depends(open_database),
        *,
        force: bool = False,
        again: Job = Depends(Job.current),
    ) -> int:
        return 1

    signature = read_signature(handler)

    assert signature.wants_job
    assert signature.carried == (Carried("wallet", str, REQUIRED), Carried("force", bool, False))
    assert signature.positional == ("wallet",)
    assert set(signature.dependencies) == {"db", "again"}
    assert signature.dependencies["db"].fn is open_database
    assert signature.returns is int


def test_a_job_with_a_default_is_filled_by_the_worker_wherever_it_stands() -> None:
    def handler(wallet: str, job: Job | None = None, again: Job = Depends(Job.current)) -> None: ...

    with pytest.raises(ConfigurationError, match="parameter 'job'"):
        Arguments(read_signature(handler))

    def other(wallet: str, job: Job = NOWHERE) -> None: ...

    assert read_signature(other).dependencies["job"].fn == Job.current


def test_outcomes_are_no_part_of_the_result() -> None:
    def both(x: int) -> str | Snooze | Cancel:
        return ""

    def only(x: int) -> Snooze:
        return Snooze(x)

    def none(x: int) -> Cancel | None: ...
    def untold(x: int): ...  # type: ignore[no-untyped-def] # noqa: ANN202 - the case

    returns = [read_signature(each).returns for each in (both, only, none, untold)]

    assert returns == [str, None, type(None), Any]


def test_a_datetime_in_a_signature_has_a_time_zone() -> None:
    def handler(a: datetime, b: list[datetime], c: datetime | None, d: dict[str, int]) -> None: ...

    kinds = [each.kind for each in read_signature(handler).carried]

    aware: Any = AWARE
    assert kinds == [aware, list[aware], aware | None, dict[str, int]]


def star(*wallets: str) -> None: ...
def stars(**wallets: str) -> None: ...
def positional(wallet: str, /) -> None: ...
def late_job(wallet: str, job: Job) -> None: ...
def unknown(wallet: "Missing") -> None: ...  # type: ignore[name-defined] # noqa: F821 - the case
def unknown_result(wallet: str) -> "Missing": ...  # type: ignore[name-defined] # noqa: F821
def path(folder: Path) -> None: ...
def ambiguous(numbers: list[int] | set[int]) -> None: ...
def function(callback: Callable[[], None]) -> None: ...
def generator() -> Iterator[int]:
    yield 1


async def async_generator() -> AsyncIterator[int]:
    yield 1


@pytest.mark.parametrize(
    ("handler", "parameter", "remedy"),
    [
        (star, "*wallets", "a list"),
        (stars, "**wallets", "a dict"),
        (positional, "wallet", "remove the /"),
        (late_job, "job", "to the front"),
        (unknown, "wallet", "importable"),
        (unknown_result, "result", "importable"),
        (path, "folder", "plain types"),
        (ambiguous, "numbers", "not supported"),
        (function, "callback", "plain types"),
        (generator, "", "returns its result"),
        (async_generator, "", "returns its result"),
    ],
)
def test_what_cannot_travel_is_refused_by_the_names_of_function_and_parameter(
    handler: Callable[..., Any], parameter: str, remedy: str
) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(remedy)) as refused:
        Arguments(read_signature(handler))

    assert handler.__qualname__ in str(refused.value)
    assert parameter in str(refused.value)


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no function"):
        read_signature(partial(star, "a"))


NOWHERE: Any = None
