"""Reads draws from the lines of a CSV file; a malformed line is named, and costs no other line."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from examples.draws.draw import Draw

HEADER: Final = "date,white_balls,red_ball,power_play"
_DATE: Final = "%m/%d/%Y"


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that is not a draw.

    Attributes:
        line: Its number in the file, from 1.
        field: The field at fault, with its place ("white_balls[2]"); "line" when it is all of it.
        why: What is wrong, in a few words.
        text: The line itself, so that nothing of the file is lost.
    """

    line: int
    field: str
    why: str
    text: str

    def describe(self) -> str:
        """All of it in one line."""
        return f"line {self.line}: {self.field}: {self.why}: {self.text!r}"


def read_draws(path: Path) -> Iterator[Draw | Malformed]:
    """The draws of a file, in its order, with the malformed lines among them.

    Args:
        path: A CSV file of date,white_balls,red_ball,power_play.

    Raises:
        OSError: The file cannot be read.
    """
    # A byte that is no UTF-8 spoils its own line, not the file.
    with path.open(encoding="utf-8-sig", errors="replace", newline=None) as lines:
        yield from parse_draws(lines)


def parse_draws(lines: Iterable[str]) -> Iterator[Draw | Malformed]:
    """The draws of the lines; the first line is the header, blank lines are passed over."""
    seen: dict[dt.date, int] = {}
    for number, text in enumerate(lines, start=1):
        line = text.rstrip("\r\n")
        if not line.strip():
            continue
        if number == 1:
            if line.strip() != HEADER:
                yield Malformed(number, "line", f"the header {HEADER} was expected", line)
            continue
        yield _once(_parse(number, line), number, line, seen)


def format_draw(draw: Draw) -> str:
    """A draw as a line of the file, without its end."""
    whites = "|".join(map(str, draw.white_balls))
    return f"{draw.date.strftime(_DATE)},{whites},{draw.red_ball},{draw.power_play}"


def format_date(date: dt.date) -> str:
    """A date as the file and upstream's analysis write it."""
    return date.strftime(_DATE)


def _once(
    parsed: Draw | Malformed, number: int, line: str, seen: dict[dt.date, int]
) -> Draw | Malformed:
    """A second draw of one day is malformed: the day names the job."""
    if isinstance(parsed, Malformed):
        return parsed
    first = seen.setdefault(parsed.date, number)
    if first == number:
        return parsed
    return Malformed(number, "date", f"line {first} has a draw of this day", line)


# Split by hand, not with the csv module: the format knows no quotes, and one stray quote
# would swallow every line after it.
def _parse(number: int, line: str) -> Draw | Malformed:
    texts = line.split(",")
    if len(texts) != len(_FIELDS):
        why = f"{len(_FIELDS)} fields were expected, and there are {len(texts)}"
        return Malformed(number, "line", why, line)
    values: dict[str, object] = {}
    for (field, parse), text in zip(_FIELDS.items(), texts, strict=True):
        try:
            values[field] = parse(text.strip())
        except ValueError as error:
            return Malformed(number, field, str(error), line)
    return _convert(number, line, values)


def _convert(number: int, line: str, values: dict[str, object]) -> Draw | Malformed:
    try:
        return msgspec.convert(values, Draw)
    except msgspec.ValidationError as error:
        why, _, path = str(error).partition(" - at `$.")
        # Only the rule over the white balls together comes without a path.
        return Malformed(number, path.rstrip("`") or "white_balls", why, line)


def _date(text: str) -> dt.date:
    try:
        return dt.datetime.strptime(text, _DATE).replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise ValueError(f"a day as MM/DD/YYYY was expected, not {text!r}") from None


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(f"a number was expected, not {text!r}")
    return int(text)


def _numbers(text: str) -> list[int]:
    return [_number(part) for part in text.split("|")]


_FIELDS: Final[dict[str, Callable[[str], object]]] = {
    "date": _date,
    "white_balls": _numbers,
    "red_ball": _number,
    "power_play": str,
}
