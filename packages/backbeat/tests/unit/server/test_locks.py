"""Locks on files, within one process and over a fork."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backbeat.errors import ServerUnavailable
from backbeat.server.locks import FileLock, holding, is_held
from backbeat.server.users import Users


@contextmanager
def forked_child(answer: Callable[[], bool]) -> Iterator[bool]:
    """A forked child that gives its answer and lives until the end of the block."""
    from_child, to_parent = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(to_parent, b"y" if answer() else b"n")
        signal.pause()
    try:
        yield os.read(from_child, 1) == b"y"
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(from_child)
        os.close(to_parent)


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.try_acquire()
    assert not second.try_acquire()
    first.release()
    assert second.try_acquire()
    second.release()
    assert not is_held(tmp_path / "lock")


def test_waiting_ends_when_the_holder_lets_go(tmp_path: Path) -> None:
    first = FileLock(tmp_path / "lock")
    first.acquire(timeout=0)
    waiting = threading.Thread(target=lambda: FileLock(tmp_path / "lock").acquire(timeout=10))
    waiting.start()
    first.release()
    waiting.join(timeout=10)
    assert not waiting.is_alive()


def test_waiting_in_vain_names_the_lock(tmp_path: Path) -> None:
    with (
        holding(tmp_path / "lock", timeout=0),
        pytest.raises(ServerUnavailable, match=str(tmp_path / "lock")),
        holding(tmp_path / "lock", timeout=0),
    ):
        pytest.fail("the lock was taken twice")


def test_a_lock_file_left_behind_is_free(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("left by somebody")
    with holding(tmp_path / "lock", timeout=0) as lock:
        assert lock.held


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_neither_has_nor_keeps_the_lock(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    lock.acquire(timeout=0)
    with forked_child(lambda: is_held(lock.path) and not lock.held) as knew_it_is_not_its_own:
        assert knew_it_is_not_its_own
        assert is_held(lock.path)
        lock.release()
        assert not is_held(lock.path)


def test_the_dead_are_no_users_and_their_files_go(tmp_path: Path) -> None:
    users = Users(tmp_path / "users")
    assert users.pids() == []
    membership = users.join()
    (tmp_path / "users" / "999-left").touch()
    assert users.pids() == [os.getpid()]
    assert [file.name for file in (tmp_path / "users").iterdir()] == [membership.path.name]
    users.leave(membership)
    assert users.pids() == []
    assert list((tmp_path / "users").iterdir()) == []
