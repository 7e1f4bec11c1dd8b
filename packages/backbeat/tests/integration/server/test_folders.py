"""Folders of every kind: each works or is one sentence."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from backbeat.errors import ConfigurationError
from backbeat.server import EmbeddedServer
from backbeat.server.folder import DataFolder
from backbeat.server.launch import Plan, launch
from backbeat.server.locks import FileLock
from backbeat.server.starting import known_socket

Connect = Callable[[str], redis.Redis]

NOBODY = 65534


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigurationError) as error:
        EmbeddedServer(folder).ensure()
    text = str(error.value)
    assert "\n" not in text
    assert str(folder) in text
    return text


def test_the_folder_and_the_socket_are_for_this_user_alone(
    data: Path, server: EmbeddedServer
) -> None:
    socket = Path(server.ensure())
    assert mode(data) == 0o700
    assert mode(socket) == 0o700
    assert socket.parent == data
    assert (data / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("depth", [1, 4])
def test_a_long_path_works(data: Path, connect: Connect, depth: int) -> None:
    server = EmbeddedServer(data.joinpath(*["long" * 30] * depth))
    try:
        socket = server.ensure()
        assert len(os.fsencode(socket)) <= 100
        assert connect(socket).set("x", "y")
        assert mode(Path(socket).parent) == 0o700
    finally:
        server.close()
    assert not Path(socket).exists()


def test_users_with_another_temporary_folder_find_the_same_server(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = data / ("long" * 30)
    first, second = EmbeddedServer(folder), EmbeddedServer(folder)
    try:
        socket = first.ensure()
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        assert second.ensure() == socket
    finally:
        first.close()
        second.close()


@pytest.mark.parametrize("name", ["short", "long" * 30])
def test_the_copy_of_a_folder_whose_server_runs_has_a_server_of_its_own(
    data: Path, connect: Connect, name: str
) -> None:
    folder, copied = data / "first" / name, data / "copy" / name
    first, copy = EmbeddedServer(folder), EmbeddedServer(copied)
    try:
        socket = first.ensure()
        connect(socket).set("whose", "the first's")
        shutil.copytree(folder, copied, ignore=shutil.ignore_patterns("*.sock"))
        own = connect(copy.ensure())
        assert copy.server_pid != first.server_pid
        own.set("whose", "the copy's")
        assert connect(socket).get("whose") == "the first's"
        copy.close()
        assert connect(first.ensure()).get("whose") == "the first's"
    finally:
        first.close()
        copy.close()


def test_whoever_comes_while_the_copy_starts_is_not_led_to_the_other(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, copied = data / "first" / ("long" * 30), data / "copy" / ("long" * 30)
    first, copy = EmbeddedServer(folder), EmbeddedServer(copied)
    noted: list[Path] = []

    def spy(plan: Plan, data_folder: DataFolder, server_lock: FileLock) -> None:
        launch(plan, data_folder, server_lock)
        noted.append(known_socket(data_folder))

    try:
        elsewhere = first.ensure()
        shutil.copytree(folder, copied)
        monkeypatch.setattr("backbeat.server.starting.launch", spy)
        assert [Path(copy.ensure())] == noted
        assert str(noted[0]) != elsewhere
    finally:
        first.close()
        copy.close()


@pytest.mark.parametrize("name", ["with space", "näme", 'quo"te', "per%cent", "back\\slash"])
def test_an_odd_name_works(data: Path, connect: Connect, name: str) -> None:
    server = EmbeddedServer(data / name)
    try:
        assert connect(server.ensure()).set("x", "y")
        assert (data / name / "appendonlydir").is_dir()
    finally:
        server.close()


def test_an_open_folder_that_is_empty_is_closed(data: Path, server: EmbeddedServer) -> None:
    data.mkdir()
    data.chmod(0o755)
    server.ensure()
    assert mode(data) == 0o700


def test_an_open_folder_with_other_things_is_left_alone(data: Path) -> None:
    data.mkdir()
    data.chmod(0o755)
    (data / "thesis.txt").touch()
    assert "open to other users" in refusal(data)
    assert mode(data) == 0o755
    assert [file.name for file in data.iterdir()] == ["thesis.txt"]


def test_a_folder_below_a_file_is_refused(data: Path) -> None:
    data.write_text("a file")
    assert "Not a directory" in refusal(data / "below")


def test_a_file_in_place_of_the_folder_is_refused(data: Path) -> None:
    data.write_text("a file")
    assert "File exists" in refusal(data)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user can enter; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="bb-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def as_somebody() -> Iterator[None]:
    """Be a user whom permission bits bind: root takes on another id for the block."""
    if os.geteuid() != 0:
        yield
        return
    group = os.getegid()
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)


def given_to_somebody(path: Path, mode: int) -> Path:
    """A file or folder that belongs to that user."""
    path.chmod(mode)
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
    return path


def test_a_folder_that_may_not_be_written_is_refused(shared: Path) -> None:
    data = shared / "data"
    data.mkdir()
    given_to_somebody(data, 0o500)
    with as_somebody():
        assert "Permission denied" in refusal(data)


def test_a_lock_that_may_not_be_written_is_refused(shared: Path) -> None:
    data = shared / "data"
    data.mkdir()
    (data / "start.lock").touch()
    given_to_somebody(data / "start.lock", 0o400)
    given_to_somebody(data, 0o500)
    with as_somebody():
        assert "Permission denied" in refusal(data)


def test_a_parent_that_may_not_be_written_is_refused(shared: Path) -> None:
    given_to_somebody(shared, 0o500)
    try:
        with as_somebody():
            assert "Permission denied" in refusal(shared / "data")
    finally:
        shared.chmod(0o700)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: a folder is given to another user")
@pytest.mark.parametrize(
    ("mode", "why"), [(0o700, "Permission denied"), (0o777, "Operation not permitted")]
)
def test_the_folder_of_another_user_is_refused(shared: Path, mode: int, why: str) -> None:
    data = shared / ".backbeat"
    data.mkdir()
    (data / "start.lock").touch()
    data.chmod(mode)
    with as_somebody():
        assert why in refusal(data)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: it uses the folder of another user")
def test_root_may_use_the_folder_of_another_user(shared: Path, connect: Connect) -> None:
    data = shared / ".backbeat"
    data.mkdir()
    server = EmbeddedServer(given_to_somebody(data, 0o700))
    try:
        assert connect(server.ensure()).set("x", "y")
    finally:
        server.close()


@pytest.fixture
def read_only_mount(data: Path) -> Iterator[Path]:
    """A folder on a file system that is mounted read-only; it binds root too."""
    data.mkdir()
    data.chmod(0o700)
    command = ["mount", "-t", "tmpfs", "-o", "ro,size=1m,mode=700", "tmpfs", str(data)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting needs root")
    yield data
    subprocess.run(["umount", str(data)], check=True)


def test_a_read_only_file_system_is_refused(read_only_mount: Path) -> None:
    for folder in (read_only_mount, read_only_mount / "below"):
        text = refusal(folder)
        assert "Read-only file system" in text
        assert "embedded://folder" in text


def test_a_network_file_system_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = data.with_name("mountinfo")
    table.write_text(f"41 40 0:36 / {data.parent} rw - nfs4 files:/home rw\n")
    monkeypatch.setattr("backbeat.server.filesystem._MOUNT_TABLE", table)
    assert "network file system (nfs4)" in refusal(data)


def test_windows_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(ConfigurationError, match=r"not run on Windows.*BACKBEAT_URL"):
        EmbeddedServer(data).ensure()


def test_a_folder_that_is_removed_while_in_use_ends_in_a_fresh_one(
    data: Path, server: EmbeddedServer, connect: Connect
) -> None:
    connect(server.ensure()).set("kept", "no")
    server.close()
    for file in sorted(data.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    assert connect(server.ensure()).get("kept") is None
