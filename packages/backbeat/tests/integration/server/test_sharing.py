"""Several processes, threads and checkouts: one server a folder, stopped by the last user."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import redis

from backbeat.server import EmbeddedServer
from packages.backbeat.tests.integration.server.processes import UserProcess, has_ended

StartUser = Callable[[], UserProcess]


def servers_of(folder: Path) -> list[int]:
    """Pids of all living servers that were started for a folder."""
    found = []
    for process in psutil.process_iter(["name", "cmdline"]):
        words = " ".join(process.info["cmdline"] or ())
        if process.info["name"].endswith("-server") and f"{folder}/" in words:
            found.append(process.pid)
    return [pid for pid in found if not has_ended(pid)]


def test_six_processes_at_once_make_one_server_and_the_last_one_stops_it(
    data: Path, start_user: StartUser
) -> None:
    users = [start_user() for _ in range(6)]
    [(pid, socket)] = {user.joined() for user in users}
    assert servers_of(data) == [pid]
    for user in users[:-1]:
        user.tell("close")
    assert servers_of(data) == [pid]
    users[-1].tell("close")
    assert has_ended(pid)
    assert servers_of(data) == []
    assert not Path(socket).exists()


def test_six_threads_at_once_make_one_server(data: Path, server: EmbeddedServer) -> None:
    with ThreadPoolExecutor(6) as pool:
        sockets = {future.result() for future in [pool.submit(server.ensure) for _ in range(6)]}
    assert sockets == {str(data / "server.sock")}
    assert servers_of(data) == [server.server_pid]


def test_two_parts_in_one_process_count_as_two_users(data: Path, server: EmbeddedServer) -> None:
    second = EmbeddedServer(data)
    server.ensure()
    second.ensure()
    pid = server.server_pid
    server.close()
    assert second.server_pid == pid
    second.close()
    assert second.server_pid is None


def test_the_starter_may_leave_first(
    server: EmbeddedServer, start_user: StartUser, connect: Callable[[str], redis.Redis]
) -> None:
    starter = start_user()
    pid, socket = starter.joined()
    assert server.ensure() == socket
    starter.tell("close")
    assert server.server_pid == pid
    assert connect(socket).ping()


def test_a_process_that_ends_normally_leaves_by_itself(start_user: StartUser) -> None:
    user = start_user()
    pid, _ = user.joined()
    user.tell("exit")
    assert has_ended(pid)


def test_closing_waits_until_the_server_is_gone(server: EmbeddedServer) -> None:
    for _ in range(3):
        server.ensure()
        pid = server.server_pid
        assert pid is not None
        server.close()
        assert not psutil.pid_exists(pid)
        assert server.server_pid is None


def test_closing_twice_or_before_any_use_is_fine(data: Path, server: EmbeddedServer) -> None:
    server.close()
    assert not data.exists()
    server.ensure()
    server.close()
    server.close()


def test_the_next_start_finds_what_was_written(
    server: EmbeddedServer, connect: Callable[[str], redis.Redis]
) -> None:
    connect(server.ensure()).set("kept", "yes")
    server.close()
    assert connect(server.ensure()).get("kept") == "yes"


def test_two_checkouts_side_by_side_have_two_servers(
    data: Path, server: EmbeddedServer, connect: Callable[[str], redis.Redis]
) -> None:
    other = EmbeddedServer(data.with_name("other"))
    try:
        connect(server.ensure()).set("where", "here")
        assert connect(other.ensure()).get("where") is None
        assert other.server_pid != server.server_pid
    finally:
        other.close()
    assert connect(server.ensure()).get("where") == "here"


def test_a_link_to_the_folder_leads_to_the_same_server(data: Path, server: EmbeddedServer) -> None:
    socket = server.ensure()
    link = data.with_name("link")
    link.symlink_to(data)
    other = EmbeddedServer(link)
    assert other.ensure() == socket
    other.close()
    assert server.server_pid is not None
