"""The embedded server: started by the first, stopped by the last, and whole after a crash."""

import asyncio
import multiprocessing
import os
import pwd
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from arena.base.errors import Misconfigured, Unavailable
from arena.base.postgres import EmbeddedPostgres
from arena.base.postgres.folder import prepare_folder
from arena.base.postgres.programs import find_programs
from arena.base.postgres.server_user import ServerUser, server_user
from packages.arena.tests.support.databases import kill_server

PATIENCE_S = 30.0


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="ar-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder with an empty server's files, whose server is stopped between tests."""
    folder = Path(tempfile.mkdtemp(prefix="ar-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    """A part in that server."""
    server = EmbeddedPostgres(folder, fsync=False)
    yield server
    server.close()


def ask(address: str, *statements: str) -> object:
    """Run statements and give what the last one answers."""

    async def run() -> object:
        connection = await asyncpg.connect(address)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(run())


def test_the_first_starts_it_and_the_last_stops_it(folder: Path, server: EmbeddedPostgres) -> None:
    second = EmbeddedPostgres(folder)

    assert server.ensure() == second.ensure()
    pid = server.server_pid
    server.close()
    assert second.server_pid == pid
    second.close()

    assert second.server_pid is None
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_many_that_come_at_once_share_one(folder: Path) -> None:
    parts = [EmbeddedPostgres(folder, fsync=False) for _ in range(8)]
    with ThreadPoolExecutor(len(parts)) as threads:
        addresses = set(threads.map(EmbeddedPostgres.ensure, parts))
    pids = {part.server_pid for part in parts}
    for part in parts:
        part.close()

    assert len(addresses) == len(pids) == 1
    assert parts[0].server_pid is None


def test_what_was_answered_is_there_after_a_crash(server: EmbeddedPostgres) -> None:
    ask(server.ensure(), "CREATE TABLE IF NOT EXISTS kept (n int)", "INSERT INTO kept VALUES (1)")
    pid = server.server_pid
    kill_server(server)

    assert ask(server.ensure(), "SELECT count(*) FROM kept") == 1
    assert server.server_pid not in (None, pid)


def test_a_user_that_was_killed_leaves_no_server_behind(
    folder: Path, server: EmbeddedPostgres
) -> None:
    joined = multiprocessing.get_context("fork").Event()
    child = multiprocessing.get_context("fork").Process(
        target=join_and_wait, args=(folder, joined), daemon=True
    )
    child.start()
    assert joined.wait(PATIENCE_S)
    server.ensure()
    child.kill()
    child.join()
    server.close()

    assert server.server_pid is None


def join_and_wait(folder: Path, joined: object) -> None:
    EmbeddedPostgres(folder, fsync=False).ensure()
    joined.set()  # type: ignore[attr-defined] # an event of that context
    time.sleep(PATIENCE_S)


def test_a_forked_child_that_closes_changes_nothing(server: EmbeddedPostgres) -> None:
    server.ensure()
    child = multiprocessing.get_context("fork").Process(target=server.close)
    child.start()
    child.join(PATIENCE_S)

    assert child.exitcode == 0
    assert ask(server.ensure(), "SELECT 1") == 1


def test_the_variables_of_a_user_do_not_steer_it(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "LC_ALL": "xx_XX"}.items():
        monkeypatch.setenv(name, value)

    assert ask(server.ensure(), "SHOW TimeZone") == "UTC"


def test_only_its_owner_reaches_it(folder: Path, server: EmbeddedPostgres) -> None:
    assert ask(server.ensure(), "SHOW listen_addresses") == ""
    modes = {(folder / name).stat().st_mode & 0o777 for name in ("", "data", "socket")}
    assert modes == {0o700}


def test_a_long_path_gets_a_short_socket(place: Path) -> None:
    long = place / ("long" * 30)
    server = EmbeddedPostgres(long, fsync=False)
    try:
        assert ask(server.ensure(), "SELECT 1") == 1
    finally:
        server.close()


def test_what_it_waits_for_is_the_disk_unless_told_otherwise(place: Path) -> None:
    server = EmbeddedPostgres(place / "pg")
    try:
        assert ask(server.ensure(), "SHOW fsync") == "on"
    finally:
        server.close()


def test_a_start_that_fails_says_why(folder: Path, server: EmbeddedPostgres) -> None:
    server.ensure()
    server.close()
    (folder / "data" / "PG_VERSION").rename(folder / "hidden")
    try:
        with pytest.raises(Unavailable, match=r"ended while it started: .*PG_VERSION"):
            server.ensure()
    finally:
        (folder / "hidden").rename(folder / "data" / "PG_VERSION")


def test_a_folder_that_is_a_file_is_refused(place: Path) -> None:
    (place / "file").touch()

    with pytest.raises(Misconfigured, match=r"cannot keep its data in .*/file"):
        EmbeddedPostgres(place / "file").ensure()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user run it")


@needs_root
def test_as_root_it_runs_as_an_unprivileged_user(server: EmbeddedPostgres) -> None:
    server.ensure()
    owner = Path(f"/proc/{server.server_pid}").stat().st_uid

    assert owner == server_user().uid != 0


@needs_root
def test_as_root_a_closed_way_is_said(place: Path) -> None:
    place.chmod(0o700)

    with pytest.raises(Misconfigured, match=r"cannot enter .*start the program as another user"):
        EmbeddedPostgres(place / "pg").ensure()


@needs_root
def test_as_root_without_anybody_to_run_it_says_so() -> None:
    with pytest.raises(Misconfigured, match=r"no user nobody-here or to-be-found"):
        server_user(["nobody-here", "to-be-found"])


@needs_root
def test_as_root_programs_out_of_reach_are_copied_once(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = server_user()
    folder = prepare_folder(place / "pg", user)
    reach = ServerUser.may_enter
    monkeypatch.setattr(
        ServerUser, "may_enter", lambda user, path: "site-packages" not in str(path)
    )
    copy = find_programs(user, folder.copies)
    assert find_programs(user, folder.copies) == copy
    monkeypatch.setattr(ServerUser, "may_enter", reach)

    assert copy.folder.is_relative_to(folder.copies)
    assert user.may_enter(copy.postgres)
    done = os.posix_spawn(copy.postgres, ["postgres", "--version"], {}, setsid=True)
    assert os.waitpid(done, 0)[1] == 0


def test_a_user_that_is_there_is_found() -> None:
    ours = pwd.getpwuid(os.geteuid()).pw_name

    assert server_user([ours, "nobody"]).uid == os.geteuid()
