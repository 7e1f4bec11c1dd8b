"""Errors travel: between threads, through copies, and through pickles of a user's own pool."""

import copy
import pickle

import pytest

from backbeat.errors import (
    BackbeatError,
    InvalidPayload,
    JobCancelled,
    JobFailed,
    OutcomeUnknown,
    PayloadTooLarge,
    QueueFull,
    QueueNotFound,
    WorkerNotFound,
)

ERRORS = [
    OutcomeUnknown("abc", 7),
    InvalidPayload("price: not a number", field="price"),
    PayloadTooLarge(300_000, 262_144),
    QueueFull("mails"),
    QueueNotFound("mails", ["reports"]),
    WorkerNotFound("mails", 7),
    JobFailed("j1", error="ValueError", detail="no", attempts=2),
    JobCancelled("j1", reason="not needed"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_copy_and_pickle(error: BackbeatError) -> None:
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301 - our own bytes
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)
