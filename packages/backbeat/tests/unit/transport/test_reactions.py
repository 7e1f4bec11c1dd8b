"""The table of the server's errors, over error replies as they come over the wire."""

import asyncio
from typing import cast

import pytest
from redis import exceptions as redis_errors
from redis._parsers.base import BaseParser

from backbeat.engine.codes import BadCall, StaleCall
from backbeat.engine.transport.base import (
    Elsewhere,
    Later,
    NotAnswered,
    UnknownScript,
    Unsettled,
)
from backbeat.engine.transport.reactions import is_error_reply, reaction
from backbeat.errors import (
    BackbeatError,
    LeaseLost,
    ProtocolError,
    QueueClosed,
    QueueFull,
    ServerUnavailable,
    StorageFull,
)

REPLIES: list[tuple[str, type[BackbeatError]]] = [
    ("LOADING Valkey is loading the dataset in memory", Later),
    ("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", Later),
    ("CLUSTERDOWN The cluster is down", Later),
    ("TRYAGAIN Multiple keys request during rehashing of slot", Later),
    ("NOREPLICAS Not enough good replicas to write.", Later),
    ("BUSY Valkey is busy running a script. You can only call SCRIPT KILL.", Later),
    ("READONLY You can't write against a read only replica.", Elsewhere),
    ("READONLY You can't write against a read only replica. script: 7a", Elsewhere),
    ("MOVED 3999 127.0.0.1:6381", Elsewhere),
    ("ASK 3999 127.0.0.1:6381", Elsewhere),
    ("UNBLOCKED client unblocked via CLIENT UNBLOCK", Elsewhere),
    ("NOSCRIPT No matching script. Please use EVAL.", UnknownScript),
    ("OOM command not allowed when used memory > 'maxmemory'.", StorageFull),
    ("OOM command not allowed when used memory > 'maxmemory'. script: 7a", StorageFull),
    ("MISCONF Valkey is configured to save snapshots, but is unable to", ServerUnavailable),
    ("NOAUTH Authentication required.", ServerUnavailable),
    ("WRONGPASS invalid username-password pair or user is disabled.", ServerUnavailable),
    ("NOPERM User limited has no permissions to run the 'evalsha' command", ServerUnavailable),
    ("ERR ACL failure in script: No permissions to access a key script: 7a", ServerUnavailable),
    ("ERR The user executing the script can't run this command script: 7a", ServerUnavailable),
    ("DENIED Valkey is running in protected mode", ServerUnavailable),
    ("WRONGTYPE Operation against a key holding the wrong kind of value", ProtocolError),
    ("CROSSSLOT Keys in request don't hash to the same slot", ProtocolError),
    ("ERR Error running script: attempt to index a nil value script: 7a", ProtocolError),
    ("ERR unknown command 'EVALSHA'", ProtocolError),
    ("EXECABORT Transaction discarded because of previous errors.", ProtocolError),
    ("BB_LOST mail worker 7 is not registered", LeaseLost),
    ("BB_STALE_CALL mail a later call of this session was made already", StaleCall),
    ("BB_CLOSED mail takes no jobs", QueueClosed),
    ("BB_QUEUE_FULL mail holds as many jobs as it may", QueueFull),
    ("BB_BAD_CALL mail the parts of an add do not add up", BadCall),
]  # fmt: skip


def parse(text: str) -> Exception:
    """The error of the client library for an error reply."""
    return cast("Exception", BaseParser.parse_error(text))  # type: ignore[no-untyped-call] # theirs


ENDS = [
    redis_errors.ConnectionError("Connection closed by server."),
    redis_errors.TimeoutError("Timeout reading from socket"),
    redis_errors.InvalidResponse("Protocol Error"),
    ConnectionResetError(104, "Connection reset by peer"),
    BrokenPipeError(32, "Broken pipe"),
    TimeoutError(),
    asyncio.IncompleteReadError(b"", 4),
]


@pytest.mark.parametrize(("text", "expected"), REPLIES, ids=[text[:34] for text, _ in REPLIES])
def test_an_error_reply_means_what_the_table_says(text: str, expected: type[BackbeatError]) -> None:
    reply = parse(text)
    assert is_error_reply(reply)
    meaning = reaction(reply)
    assert type(meaning) is expected


@pytest.mark.parametrize("error", ENDS, ids=lambda error: type(error).__name__)
def test_the_end_of_a_connection_leaves_a_call_unanswered(error: Exception) -> None:
    assert not is_error_reply(error)
    assert type(reaction(error)) is NotAnswered


def test_only_what_was_not_run_or_may_be_repeated_with_its_number_is_tried_again() -> None:
    again = {text.split()[0] for text, expected in REPLIES if issubclass(expected, Unsettled)}
    assert again == {
        "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "BUSY",
        "READONLY", "MOVED", "ASK", "UNBLOCKED", "NOSCRIPT",
    }  # fmt: skip


def test_a_full_house_of_clients_is_the_end_of_a_connection() -> None:
    reply = parse("ERR max number of clients reached")
    assert type(reaction(reply)) is NotAnswered


def test_a_refused_login_is_found_inside_the_error_that_wraps_it() -> None:
    refusal = redis_errors.AuthenticationError("invalid username-password pair")
    wrapped = redis_errors.ConnectionError(refusal)
    wrapped.__cause__ = refusal
    assert type(reaction(wrapped)) is ServerUnavailable
