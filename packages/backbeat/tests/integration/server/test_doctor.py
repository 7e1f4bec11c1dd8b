"""The doctor on real servers: ours, a badly configured one, and one that lets us do little."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from backbeat.config import Settings
from backbeat.server import EmbeddedServer, check_server, explain
from backbeat.server.binary import find_binary
from backbeat.server.wire import Answer, ping

Connect = Callable[[str], redis.Redis]


@pytest.fixture
def bad_server(data: Path) -> Iterator[str]:
    """A server that somebody set up as a cache."""
    data.mkdir()
    socket = data / "bad.sock"
    options = {"port": "0", "unixsocket": str(socket), "save": "", "dir": str(data)}
    options |= {"maxmemory-policy": "allkeys-lru"}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    process = subprocess.Popen([find_binary().path, *words], stdout=subprocess.DEVNULL)
    while ping(socket) is not Answer.READY:
        assert process.poll() is None
    yield str(socket)
    process.kill()
    process.wait()


def test_our_own_server_is_well(server: EmbeddedServer, connect: Connect) -> None:
    findings = check_server(connect(server.ensure()))
    assert [finding for finding in findings if finding.level != "ok"] == []


def test_a_cache_is_found_unfit(bad_server: str, connect: Connect) -> None:
    levels = {finding.check: finding.level for finding in check_server(connect(bad_server))}
    assert levels["eviction"] == "fail"
    assert levels["persistence"] == "fail"
    assert levels["memory"] == "warn"
    assert levels["rights"] == levels["version"] == levels["clock"] == "ok"


def test_a_clock_apart_is_found(server: EmbeddedServer, connect: Connect) -> None:
    findings = check_server(connect(server.ensure()), clock=lambda: 1_000_000.0)
    assert [finding.check for finding in findings if finding.level == "warn"] == ["clock"]


@pytest.mark.parametrize("decode", [True, False])
def test_missing_rights_are_named(server: EmbeddedServer, connect: Connect, decode: bool) -> None:
    socket = server.ensure()
    connect(socket).acl_setuser(
        "limited",
        enabled=True,
        nopass=True,
        keys=["bb:*"],
        categories=["+@all", "-@dangerous"],
        commands=["-xadd"],
    )
    limited = redis.Redis(
        unix_socket_path=socket,
        username="limited",
        password="any",  # noqa: S106 - of a user without one
        decode_responses=decode,
    )
    findings = {finding.check: finding for finding in check_server(limited, namespace="bb")}
    elsewhere = {finding.check: finding for finding in check_server(limited, namespace="other")}
    limited.close()
    assert findings["rights"].what == "this user may not run XADD"
    assert findings["info"].level == "warn"
    assert "scripts on keys of other" in elsewhere["rights"].what


def test_the_doctor_writes_nothing(server: EmbeddedServer, connect: Connect) -> None:
    client = connect(server.ensure())
    check_server(client)
    assert client.dbsize() == 0


def test_explaining_tells_what_runs_and_where(data: Path, server: EmbeddedServer) -> None:
    settings = Settings(url=f"embedded://{data}")
    before = explain(settings)
    assert (before.running, before.data_dir, before.users) == (False, data, None)
    assert not data.exists()
    socket = server.ensure()
    during = explain(settings)
    assert during.running
    assert during.server == str(server.running)
    assert (during.pid, str(during.socket)) == (server.server_pid, socket)
    assert during.users is not None
    assert len(during.users) == 1
    assert during.size_bytes
    assert Path(during.binary or "").is_file()
    server.close()
    after = explain(settings)
    assert (after.running, after.pid, after.socket, after.users) == (False, None, None, [])
    assert after.server == during.server


def test_explaining_an_address_masks_its_password() -> None:
    told = explain(Settings(url="redis://ann:s3cret@host/0"))
    assert (told.kind, told.address) == ("external", "redis://ann:***@host/0")
