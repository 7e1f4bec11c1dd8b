"""Log lines of the house: one event a line, with the request, the user and the job it came from."""

import logging
import sys
from typing import TextIO

import structlog

from backbeat.app import add_job


def configure_logs(*, json: bool, level: str = "INFO", to: TextIO | None = None) -> None:
    """Let everything log in one form, what others log through `logging` too.

    Args:
        json: One JSON object a line; else for people.
        level: Least level that is logged. Defaults to INFO.
        to: Where. Defaults to standard error.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        add_job,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    last: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if json
        else [
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # It logs whole addresses, and secrets may stand there.
    logging.getLogger("httpx").setLevel(logging.WARNING)
