"""Every error has its row: none that is added later is answered by accident."""

import inspect
from typing import Final

import pytest

from backbeat import errors
from backbeat.errors import BackbeatError, JobNotFound, ServerUnavailable
from backbeat.gateway import errors as gateway_errors
from backbeat.gateway.http.route import PROBLEMS
from backbeat.gateway.http.table import BY_STATUS, TABLE, UNEXPECTED, row_of

TREE: Final = [
    kind
    for module in (errors, gateway_errors)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, BackbeatError)
]


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_every_error_has_a_row_of_its_own(kind: type[BackbeatError]) -> None:
    assert kind in TABLE


def test_every_status_is_in_the_document() -> None:
    assert {row.status for row in (*TABLE.values(), *BY_STATUS.values())} <= PROBLEMS.keys()


def test_a_code_belongs_to_one_status() -> None:
    statuses: dict[str, set[int]] = {}
    for row in (*TABLE.values(), *BY_STATUS.values()):
        statuses.setdefault(row.code, set()).add(row.status)
    assert {code: found for code, found in statuses.items() if len(found) > 1} == {}


def test_kin_of_an_error_have_its_row_and_strangers_the_last_one() -> None:
    class Gone(JobNotFound):
        pass

    assert row_of(Gone("a")).code == "JOB_NOT_FOUND"
    assert row_of(KeyError("a")) is UNEXPECTED


def test_s28_what_says_something_of_the_inside_has_words_of_its_own() -> None:
    assert "redis://" not in str(row_of(ServerUnavailable("redis://user:secret@host")).says)
    assert all(row.says for kind, row in TABLE.items() if row.status == 500)
