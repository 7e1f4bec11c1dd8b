"""Killed users, killed servers and what they leave behind."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from backbeat.errors import ServerUnavailable
from backbeat.server import EmbeddedServer
from packages.backbeat.tests.integration.server.processes import (
    UserProcess,
    has_ended,
    kill_and_wait,
)

StartUser = Callable[[], UserProcess]
Connect = Callable[[str], redis.Redis]

ADDED = 5_000


def kill_server(server: EmbeddedServer) -> int:
    pid = server.server_pid
    assert pid is not None
    kill_and_wait(pid)
    # Its first thread is seen dead a moment before the last one lets go of the lock.
    while server.server_pid is not None:
        os.sched_yield()
    return pid


def until_written(client: redis.Redis) -> None:
    """Wait for a busy disk: while one flush runs, the server holds back what comes next."""
    while client.info("persistence")["aof_buffer_length"]:
        os.sched_yield()


def test_all_users_killed_leaves_a_server_that_is_used_again(
    server: EmbeddedServer, start_user: StartUser, connect: Connect
) -> None:
    users = [start_user(), start_user()]
    [(pid, socket)] = {user.joined() for user in users}
    connect(socket).set("kept", "yes")
    for user in users:
        user.kill()
    assert connect(server.ensure()).get("kept") == "yes"
    assert server.server_pid == pid
    server.close()
    assert has_ended(pid), "the dead still counted as users"


def test_all_users_and_the_server_killed_leaves_the_data(
    server: EmbeddedServer, start_user: StartUser, connect: Connect
) -> None:
    users = [start_user(), start_user()]
    [(pid, socket)] = {user.joined() for user in users}
    connect(socket).set("kept", "yes")
    for user in users:
        user.kill()
    kill_and_wait(pid)
    assert connect(server.ensure()).get("kept") == "yes"
    assert server.server_pid != pid


def test_a_server_killed_after_5000_acknowledged_adds_has_them_all(
    server: EmbeddedServer, connect: Connect
) -> None:
    client = connect(server.ensure())
    with client.pipeline(transaction=False) as adds:
        for number in range(ADDED):
            adds.rpush("list", number)
            adds.set(f"key:{number}", number)
        assert len(adds.execute()) == 2 * ADDED
    until_written(client)
    kill_server(server)
    client = connect(server.ensure())
    assert client.lrange("list", 0, -1) == [str(number) for number in range(ADDED)]
    assert client.mget([f"key:{number}" for number in range(ADDED)]) == [
        str(number) for number in range(ADDED)
    ]


def test_a_killed_server_is_restarted_by_the_next_use(server: EmbeddedServer) -> None:
    socket = server.ensure()
    killed = kill_server(server)
    assert Path(socket).exists(), "a killed server leaves its socket"
    assert server.server_pid is None
    assert server.ensure() == socket
    assert server.server_pid not in {None, killed}


def test_a_restarted_server_is_still_stopped_by_its_last_user(
    server: EmbeddedServer, start_user: StartUser
) -> None:
    user = start_user()
    user.joined()
    server.ensure()
    kill_server(server)
    server.ensure()
    user.kill()
    pid = server.server_pid
    assert pid is not None
    server.close()
    assert has_ended(pid)


def test_a_user_that_vanishes_without_closing_is_no_user(
    server: EmbeddedServer, start_user: StartUser
) -> None:
    user = start_user()
    pid, _ = user.joined()
    server.ensure()
    user.tell("vanish")
    server.close()
    assert has_ended(pid)


def test_files_of_another_life_are_in_nobodys_way(
    data: Path, server: EmbeddedServer, connect: Connect
) -> None:
    data.mkdir(mode=0o700)
    (data / "users").mkdir()
    for name in ("start.lock", "server.lock", "server.sock", "users/1-left"):
        (data / name).touch()
    (data / "server.pid").write_text("1")
    assert server.server_pid is None
    assert connect(server.ensure()).ping()
    assert server.server_pid != 1
    server.close()
    assert server.server_pid is None


def test_a_copied_folder_has_a_server_of_its_own(
    data: Path, server: EmbeddedServer, connect: Connect
) -> None:
    connect(server.ensure()).set("kept", "yes")
    server.close()
    copy = data.with_name("copy")
    data.rename(copy)
    moved = EmbeddedServer(copy)
    try:
        assert connect(moved.ensure()).get("kept") == "yes"
        assert moved.ensure() == str(copy / "server.sock")
    finally:
        moved.close()


def test_a_server_that_hangs_is_named_and_not_doubled(data: Path, server: EmbeddedServer) -> None:
    server.ensure()
    pid = server.server_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(ServerUnavailable, match=rf"pid {pid}\) neither answers.*kill {pid}"):
            EmbeddedServer(data, start_timeout=0.1).ensure()
    finally:
        os.kill(pid, signal.SIGCONT)
    server.ensure()
    assert server.server_pid == pid


def test_a_start_waits_for_a_server_that_is_still_ending(
    data: Path, server: EmbeddedServer, connect: Connect
) -> None:
    connect(server.ensure()).set("kept", "yes")
    ending = server.server_pid
    assert ending is not None
    # Asked to end by somebody who does not wait, as a terminal's `kill` does.
    os.kill(ending, signal.SIGTERM)
    other = EmbeddedServer(data)
    try:
        while other.server_pid == ending:
            os.sched_yield()
        assert connect(other.ensure()).get("kept") == "yes"
        assert has_ended(ending)
    finally:
        other.close()
