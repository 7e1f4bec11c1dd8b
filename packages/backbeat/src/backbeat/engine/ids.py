"""Ids: what names may look like, and how unique ones are made without asking the server."""

import itertools
import os
import re
import secrets
from typing import Final

from backbeat.errors import InvalidOption

_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
_JOB_ID: Final = re.compile(r"[A-Za-z0-9._:/@+=~-]{1,128}")
_RUN: Final = re.compile(r"schedule:[A-Za-z0-9._-]+:(\d+)(?:[+~].+)?")
# With the words around it, the id of a run still fits.
_LONGEST_SCHEDULE: Final = 80
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def check_name(name: str, what: str) -> str:
    """The name itself, if it can stand in a key.

    Raises:
        InvalidOption: It has other characters than letters, digits and `._-`, or is too long.
    """
    if not _fits(_NAME, name):
        raise InvalidOption(
            f"{what} {name!r}: letters, digits and the characters . _ - are allowed, 1 to 128"
        )
    return name


def check_job_id(job_id: str) -> str:
    """The id itself, if it is one.

    Raises:
        InvalidOption: It has a character that is not allowed, or is too long.
    """
    if not is_job_id(job_id) or job_id.startswith("~~"):
        raise InvalidOption(
            f"job id {job_id!r}: letters, digits and the characters . _ : / @ + = ~ - are allowed,"
            " 1 to 128, not starting with ~~"
        )
    return job_id


def is_job_id(text: str) -> bool:
    """Whether a text can stand where an id stands."""
    return _fits(_JOB_ID, text)


def check_group(group: str) -> str:
    """The name of a group itself, if it is one.

    Raises:
        InvalidOption: It has a character that is not allowed, or is too long.
    """
    if not is_job_id(group) or group.startswith("~~"):
        raise InvalidOption(
            f"group {group!r}: letters, digits and the characters . _ : / @ + = ~ - are allowed,"
            " 1 to 128, not starting with ~~"
        )
    return group


def _fits(pattern: re.Pattern[str], text: object) -> bool:
    """Whether it is a text of this form. Programs without type checks give other things, too."""
    return isinstance(text, str) and pattern.fullmatch(text) is not None


def new_session() -> str:
    """A session id, unique without asking the server: nine characters, 46 bits."""
    return _base36(secrets.randbits(46)).rjust(9, "0")


def check_schedule_name(name: str) -> str:
    """The name itself, if a schedule may have it.

    Raises:
        InvalidOption: It has other characters than letters, digits and `._-`, or is too long.
    """
    if len(check_name(name, "schedule")) > _LONGEST_SCHEDULE:
        raise InvalidOption(
            f"schedule {name!r}: at most {_LONGEST_SCHEDULE} characters are allowed"
        )
    return name


def run_id(schedule: str, slot_ms: int, word: str = "", *, queue: str = "") -> str:
    """The id of the job that a schedule makes for a slot, the same whoever fires it.

    Args:
        schedule: Name of the schedule.
        slot_ms: The slot.
        word: Tells runs on request from the slot's own, and from each other.
        queue: The engine's queue: the id of a job in a partition ends with its number.
    """
    _, _, partition = queue.partition("/")
    return (
        f"schedule:{schedule}:{slot_ms}"
        + (f"+{word}" if word else "")
        + (f"~{partition}" if partition else "")
    )


def slot_of(job_id: str) -> int | None:
    """The slot that a job was made for, in ms since 1970; None for a job of no schedule."""
    found = _RUN.fullmatch(job_id)
    return None if found is None else int(found[1])


class JobIds:
    """Makes job ids: a random session part and a counter, 11 to 18 characters.

    A forked child gets a new random part, so parent and child never share an id.
    """

    def __init__(self) -> None:
        """Start a new series."""
        self._start()
        os.register_at_fork(after_in_child=self._start)

    def new(self) -> str:
        """The next id."""
        return f"{self._prefix}{next(self._counter):x}"

    def _start(self) -> None:
        self._prefix = new_session() + "-"
        self._counter = itertools.count()


def new_job_id() -> str:
    """A job id, unique without asking the server: 11 to 16 characters."""
    return _job_ids.new()


def _base36(number: int) -> str:
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
        if not number:
            return text


_job_ids: Final = JobIds()
