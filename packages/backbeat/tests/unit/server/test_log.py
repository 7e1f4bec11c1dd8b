"""The log stays small, and tells why a server did not start."""

from pathlib import Path

from backbeat.server.log import MAX_BYTES, last_complaint, log_size, rotate_log

EARLIER = "1:M 01 Jan 2026 10:00:00.000 # An old complaint\n"


def test_a_small_log_stays(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("x")
    rotate_log(log)
    assert log.read_text() == "x"


def test_a_large_log_moves_aside_and_replaces_the_one_before(tmp_path: Path) -> None:
    log, aside = tmp_path / "server.log", tmp_path / "server.log.1"
    aside.write_text("older")
    log.write_text("y" * (MAX_BYTES + 1))
    rotate_log(log)
    assert log_size(log) == 0
    assert aside.read_text() == "y" * (MAX_BYTES + 1)


def test_the_last_warning_of_this_start_is_the_complaint(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text(EARLIER)
    since = log_size(log)
    with log.open("a") as more:
        more.write("2:M 01 Jan 2026 11:00:00.000 * Starting\n")
        more.write("2:M 01 Jan 2026 11:00:00.001 # Failed opening a socket\n")
        more.write("2:M 01 Jan 2026 11:00:00.002 * Bye\n")
    assert last_complaint(log, since) == "Failed opening a socket"


def test_without_a_warning_it_is_the_last_line(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("*** FATAL ***\nBad directive\n")
    assert last_complaint(log, 0) == "Bad directive"


def test_without_any_line_it_says_so(tmp_path: Path) -> None:
    assert last_complaint(tmp_path / "none.log", 0) == "it said nothing"
