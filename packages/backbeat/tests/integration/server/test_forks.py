"""A forked child is nobody until it asks for the server itself."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from backbeat.server import EmbeddedServer
from packages.backbeat.tests.integration.server.processes import has_ended

# Other tests' libraries may have left threads; these forks only touch what is tested.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


def run_in_fork(work: Callable[[], None]) -> int:
    """Exit code of a forked child that does some work: 0, or 1 when it raised."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_closing_in_a_forked_child_does_not_stop_the_server(server: EmbeddedServer) -> None:
    server.ensure()
    pid = server.server_pid
    assert run_in_fork(server.close) == 0
    assert server.server_pid == pid
    server.close()
    assert server.server_pid is None


def test_a_child_that_only_ends_does_not_stop_the_server(server: EmbeddedServer) -> None:
    server.ensure()
    pid = server.server_pid
    assert run_in_fork(lambda: None) == 0
    assert server.server_pid == pid


def test_a_living_child_that_never_asked_is_no_user(server: EmbeddedServer) -> None:
    server.ensure()
    pid = server.server_pid
    assert pid is not None
    from_parent, to_child = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(to_child)
        os.read(from_parent, 1)
        os._exit(0)
    try:
        server.close()
        assert has_ended(pid)
    finally:
        os.close(to_child)
        os.close(from_parent)
        os.waitpid(child, 0)


def test_a_child_that_asks_becomes_a_user_of_its_own(server: EmbeddedServer) -> None:
    server.ensure()
    pid = server.server_pid
    assert pid is not None
    from_parent, to_child = os.pipe()
    from_child, to_parent = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(to_child)
        server.ensure()
        os.write(to_parent, b"j")
        os.read(from_parent, 1)
        server.close()
        os._exit(0)
    try:
        assert os.read(from_child, 1) == b"j"
        server.close()
        assert not has_ended(pid), "the parent stopped it under its child"
    finally:
        os.close(to_child)
        os.waitpid(child, 0)
        for end in (from_parent, from_child, to_parent):
            os.close(end)
    assert has_ended(pid), "the child was the last one"


def test_a_fork_amid_a_call_of_another_thread_does_not_block_the_child(
    data: Path, server: EmbeddedServer
) -> None:
    server.ensure()
    with server._alone():
        assert run_in_fork(server.close) == 0
        assert run_in_fork(lambda: EmbeddedServer(data).close()) == 0
    assert server.server_pid is not None
