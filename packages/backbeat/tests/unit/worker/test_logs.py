"""What a job says cannot look like a line of the log that is another one."""

import logging
import sys

import pytest

from backbeat.worker.logs import JsonLines, PlainLines

SAID = "a\n2026-01-01 ERROR forged\r\x1b[2J\u202e\u2028z\x9b1m"
OBEYED = ("\r", "\x1b", "\u202e", "\u2028", "\x9b")


def record(message: str, error: Exception | None = None) -> logging.LogRecord:
    info = None
    if error is not None:
        try:
            raise error
        except type(error):
            info = sys.exc_info()
    return logging.LogRecord("shop", logging.ERROR, "", 0, "job %s", (message,), info)


@pytest.mark.parametrize("form", [PlainLines("%(levelname)s %(message)s"), JsonLines()])
def test_what_is_said_is_one_line_that_no_terminal_obeys(form: logging.Formatter) -> None:
    line = form.format(record(SAID))
    assert "\n" not in line
    assert [each for each in OBEYED if each in line] == []
    assert "forged" in line


def test_what_belongs_to_a_line_is_indented_below_it() -> None:
    first, *below = (
        PlainLines("%(levelname)s %(message)s").format(record("x", ValueError(SAID))).split("\n")
    )
    assert first == "ERROR job x"
    assert len(below) > 3
    assert all(each.startswith("    ") for each in below)
    assert [each for each in OBEYED if each in "".join(below)] == []
    assert below[-1].strip().startswith("2026-01-01 ERROR forged")
