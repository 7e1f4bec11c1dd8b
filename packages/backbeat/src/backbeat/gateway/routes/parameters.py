"""Parts of addresses and bodies that several resources take."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Path, Query
from pydantic import AwareDatetime, BeforeValidator, Field

from backbeat.gateway.http.envelope import AsWhole as AsWhole

NAME: Final = r"^[A-Za-z0-9._-]{1,128}$"
JOB_ID: Final = r"^[A-Za-z0-9._:/@+=~-]{1,128}$"
# As many ids as the server takes of an operator in one call.
MOST_IDS: Final = 500
# A century: longer times are mistakes, and no clock can tell them.
LONGEST_S: Final = 3_155_760_000.0

QueueName = Annotated[str, Path(pattern=NAME, description="Name of the queue.")]
JobId = Annotated[str, Path(pattern=JOB_ID, description="Id of the job.")]
GroupName = Annotated[str, Path(pattern=JOB_ID, description="Name of the group.")]
ScheduleName = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,80}$", description="Its name.")]
AnyName = Annotated[
    str, Path(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]+$", description="Its name.")
]
Cursor = Annotated[
    str | None, Query(max_length=500, description="`nextCursor` of the page before.")
]
Limit = Annotated[int, Query(ge=1, description="At most so many; never more than 200.")]

Id = Annotated[str, Field(pattern=JOB_ID)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=MOST_IDS)]
Name = Annotated[str, Field(pattern=NAME)]
Reason = Annotated[str, Field(max_length=1_000)]
Confirm = Annotated[
    str, Field(max_length=500, description="The name of what this is done to, typed again.")
]


def _as_written(value: Any) -> Any:
    if not isinstance(value, str | datetime):
        raise ValueError("a moment is written as ISO 8601 with a time zone")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_as_written), Field(strict=False)]
Seconds = Annotated[float, Field(ge=0, le=LONGEST_S, description="In seconds.")]


def page_of(limit: int) -> int:
    """So many as a page has at most."""
    return min(limit, 200)
