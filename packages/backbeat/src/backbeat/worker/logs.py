"""Log lines of our processes, without secrets: for people, or one JSON object a line."""

import logging
import sys
from datetime import UTC, datetime
from typing import Final, TextIO

import msgspec
from typing_extensions import override

from backbeat.app.printable import printable
from backbeat.app.redaction import Redactor
from backbeat.app.tracing import log_facts

_REDACTOR: Final = Redactor()
# What a record has of its own; everything else came with `extra`.
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line, with its job, its trace, and what came in `extra`."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "pid": record.process,
        }
        line.update(log_facts())
        line.update((name, value) for name, value in vars(record).items() if name not in _OWN)
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        # Before it is JSON: what is taken out of a line may end in the middle of a value.
        clean = _REDACTOR.value(line)
        return printable(msgspec.json.encode(clean, enc_hook=_as_text).decode())


class PlainLines(logging.Formatter):
    """Lines for people: one for each record, and what belongs to it indented below."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        lines = _REDACTOR.text(super().format(record)).split("\n")
        return "\n    ".join(map(printable, lines))

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        """Its first line, which what it says cannot end."""
        return super().formatMessage(record).replace("\n", "\\n")


def _as_text(value: object) -> str:
    return _REDACTOR.text(str(value))


class LogsAs(msgspec.Struct, frozen=True):
    """How a process logs, told to the processes it starts.

    Attributes:
        level: Least level that is logged.
        json: Whether each line is a JSON object.
    """

    level: str
    json: bool


def configure_logging(level: str, *, json: bool) -> None:
    """Log to standard error, unless the application has set up logging itself.

    Args:
        level: Least level that is logged.
        json: Whether each line is a JSON object.
    """
    root = logging.getLogger()
    if root.handlers:
        return
    handler = _ToStandardError(sys.stderr)
    handler.setFormatter(JsonLines() if json else PlainLines(_FOR_PEOPLE))
    root.addHandler(handler)
    root.setLevel(level)


def logging_as() -> LogsAs | None:
    """What `configure_logging` has set up here; None where it has not, or had no reason to."""
    root = logging.getLogger()
    for handler in root.handlers:
        if isinstance(handler, _ToStandardError):
            as_json = isinstance(handler.formatter, JsonLines)
            return LogsAs(logging.getLevelName(root.level), as_json)
    return None


class _ToStandardError(logging.StreamHandler[TextIO]):
    """Ours, and known as such."""


_FOR_PEOPLE: Final = "%(asctime)s %(levelname)-8s %(process)d %(name)s: %(message)s"
