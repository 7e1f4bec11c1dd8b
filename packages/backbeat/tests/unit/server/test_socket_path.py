"""Where the socket is, and that nobody else can put one there."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from backbeat.errors import ConfigurationError
from backbeat.server.socket_path import LONGEST, choose_socket


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short temporary folder of our own."""
    with tempfile.TemporaryDirectory(prefix="bb") as name:
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield Path(name)


def long_folder(temporary: Path) -> Path:
    return temporary / ("long" * 30)


def private_folder(temporary: Path) -> Path:
    return temporary / f"backbeat-{os.geteuid()}"


def test_a_short_path_stays_beside_the_data(temporary: Path) -> None:
    assert choose_socket(temporary) == temporary / "server.sock"


def test_a_long_path_goes_to_a_private_folder_with_a_short_name(temporary: Path) -> None:
    socket = choose_socket(long_folder(temporary))
    assert socket.parent == private_folder(temporary)
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    assert len(os.fsencode(socket)) <= LONGEST


def test_two_folders_have_two_sockets_and_one_has_always_the_same(temporary: Path) -> None:
    one, two = long_folder(temporary) / "one", long_folder(temporary) / "two"
    assert choose_socket(one) == choose_socket(one) != choose_socket(two)


def test_a_temporary_folder_that_is_too_long_itself_gives_way_to_the_systems(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(long_folder(temporary)))
    assert choose_socket(long_folder(temporary)).parent == private_folder(Path("/tmp"))


def test_a_folder_that_others_can_enter_is_refused(temporary: Path) -> None:
    private_folder(temporary).mkdir(mode=0o755)
    with pytest.raises(ConfigurationError, match="not a private folder"):
        choose_socket(long_folder(temporary))


def test_a_link_in_its_place_is_refused(temporary: Path) -> None:
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    private_folder(temporary).symlink_to(elsewhere)
    with pytest.raises(ConfigurationError, match="not a private folder"):
        choose_socket(long_folder(temporary))
