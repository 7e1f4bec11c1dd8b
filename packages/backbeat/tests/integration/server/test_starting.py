"""How the server is started, and what is said when it cannot be."""

import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import redis

from backbeat.errors import ConfigurationError, ServerUnavailable
from backbeat.server import EmbeddedServer
from backbeat.server.log import MAX_BYTES
from backbeat.server.record import read_record, write_record

Connect = Callable[[str], redis.Redis]


def option(client: redis.Redis, name: str) -> str:
    return str(client.config_get(name)[name])


def test_the_server_keeps_every_promise_of_its_options(
    data: Path, server: EmbeddedServer, connect: Connect
) -> None:
    client = connect(server.ensure())
    assert option(client, "appendonly") == "yes"
    assert option(client, "appendfsync") == "everysec"
    assert option(client, "no-appendfsync-on-rewrite") == "no"
    assert option(client, "save") == ""
    assert option(client, "maxmemory-policy") == "noeviction"
    assert int(option(client, "maxmemory")) > 0
    assert option(client, "port") == "0"
    assert option(client, "dir") == str(data)


def test_memory_and_fsync_can_be_chosen(data: Path, connect: Connect) -> None:
    server = EmbeddedServer(data, maxmemory=10_000_000, fsync="always")
    client = connect(server.ensure())
    assert option(client, "maxmemory") == "10000000"
    assert option(client, "appendfsync") == "always"
    server.close()


def test_the_server_is_out_of_reach_of_the_terminal(server: EmbeddedServer) -> None:
    server.ensure()
    pid = server.server_pid
    assert pid is not None
    assert os.getsid(pid) == pid != os.getsid(0)
    assert psutil.Process(pid).terminal() is None


def test_the_server_inherits_only_its_own_lock(data: Path, server: EmbeddedServer) -> None:
    with (data.parent / "open.txt").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        server.ensure()
        pid = server.server_pid
        assert pid is not None
        held = {Path(file.path).name for file in psutil.Process(pid).open_files()}
    assert "server.lock" in held
    assert held.isdisjoint({"open.txt", "start.lock"})
    assert not any(str(os.getpid()) in name for name in held)


def test_what_runs_is_written_beside_the_data(data: Path, server: EmbeddedServer) -> None:
    server.ensure()
    record = read_record(data / "server.json")
    assert record is not None
    assert server.running is not None
    assert (record.product, record.version) == (
        server.running.product,
        str(server.running.version),
    )
    assert Path(record.binary).is_file()
    assert record.socket == "server.sock"


def test_a_language_that_this_machine_does_not_have_is_no_obstacle(
    server: EmbeddedServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "xx_YY.UTF-8")
    assert connect(server.ensure()).ping()


def test_a_missing_program_is_one_sentence(data: Path) -> None:
    server = EmbeddedServer(data, binary=data / "no-such-program")
    with pytest.raises(ConfigurationError, match="no-such-program does not exist"):
        server.ensure()


def test_the_variable_names_the_program(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKBEAT_SERVER_BIN", "/no/such/server")
    with pytest.raises(ConfigurationError, match="/no/such/server does not exist"):
        EmbeddedServer(data).ensure()


def test_a_failed_start_leaves_no_user_behind(data: Path) -> None:
    with pytest.raises(ConfigurationError):
        EmbeddedServer(data, binary="/no/such/server").ensure()
    assert list((data / "users").iterdir()) == []


def test_a_downgrade_is_refused_and_leaves_the_data_alone(
    data: Path, server: EmbeddedServer, connect: Connect
) -> None:
    connect(server.ensure()).set("kept", "yes")
    server.close()
    record = read_record(data / "server.json")
    assert record is not None
    newer = type(record)(
        product=record.product, version="99.0.0", binary=record.binary, socket=record.socket
    )
    write_record(data / "server.json", newer)
    with pytest.raises(
        ConfigurationError, match=r"written by Valkey 99\.0\.0, which .* cannot read"
    ):
        server.ensure()
    assert server.server_pid is None
    write_record(data / "server.json", record)
    assert connect(server.ensure()).get("kept") == "yes"


def test_a_server_that_ends_at_once_says_why(data: Path) -> None:
    # The server removes a stale socket before it listens, but it cannot remove a folder.
    (data / "server.sock").mkdir(parents=True)
    data.chmod(0o700)
    (data / "start.lock").touch()
    with pytest.raises(ServerUnavailable) as error:
        EmbeddedServer(data).ensure()
    assert "ended while it started: Failed opening Unix socket" in str(error.value)
    assert str(data / "server.log") in str(error.value)


def test_damaged_data_is_refused_by_the_server_and_said(
    data: Path, server: EmbeddedServer, connect: Connect
) -> None:
    connect(server.ensure()).set("kept", "yes")
    server.close()
    [log_of_writes] = data.glob("appendonlydir/*.incr.aof")
    log_of_writes.write_bytes(b"not a command" + log_of_writes.read_bytes())
    with pytest.raises(ServerUnavailable, match="ended while it started: Bad file format"):
        server.ensure()


def test_the_log_is_kept_small(data: Path, server: EmbeddedServer) -> None:
    server.ensure()
    with (data / "server.log").open("a") as log:
        log.write("x" * MAX_BYTES)
    user = EmbeddedServer(data)
    user.ensure()
    user.close()
    server.close()
    assert 0 < (data / "server.log").stat().st_size < MAX_BYTES
    assert (data / "server.log.1").stat().st_size > MAX_BYTES


@pytest.mark.needs_redis7
def test_data_of_redis_7_is_taken_over_by_valkey_and_not_given_back(
    data: Path, connect: Connect
) -> None:
    redis7 = EmbeddedServer(data, binary=_on_path("redis-server"))
    connect(redis7.ensure()).set("kept", "yes")
    redis7.close()
    valkey = EmbeddedServer(data)
    assert connect(valkey.ensure()).get("kept") == "yes"
    valkey.close()
    with pytest.raises(ConfigurationError, match=r"written by Valkey .*, which Redis"):
        redis7.ensure()


def _on_path(name: str) -> Path:
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    return next(folder / name for folder in folders if (folder / name).exists())
