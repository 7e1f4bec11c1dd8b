"""The form of every answer: `{success, data, pagination?}`, or `{success, error}`."""

from typing import Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.responses import JSONResponse

T = TypeVar("T")


class Shown(BaseModel):
    """Part of an answer: read off the values that the service gives, named as JSON names things."""

    model_config = ConfigDict(from_attributes=True, alias_generator=to_camel, populate_by_name=True)


class Asked(BaseModel):
    """The body of a request: nothing is converted, nothing unknown is overlooked."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


AsWhole: Final = BeforeValidator(_whole)
"""For numbers of what is asked: JSON has one kind of number, and 3.0 is a whole one."""


class Pagination(Shown):
    """Where a page ends."""

    next_cursor: str | None = Field(description="For the next page; null at the end.")
    limit: int = Field(description="How many the page holds at most.")


class Envelope(Shown, Generic[T]):
    """An answer."""

    success: Literal[True] = True
    data: T


class PageEnvelope(Shown, Generic[T]):
    """An answer of several pages."""

    success: Literal[True] = True
    data: list[T]
    pagination: Pagination


class Ok(Shown):
    """It was done."""

    done: Literal[True] = True


class Done(Shown):
    """How many it was done to."""

    count: int


class Problem(Shown):
    """What went wrong."""

    code: str = Field(description="One word for programs, such as JOB_NOT_FOUND.")
    message: str = Field(description="A sentence for people.")
    details: Any = Field(default=None, description="More, where there is more to say.")
    request_id: str = Field(description="Names the request in logs and in the audit log.")


class ProblemEnvelope(Shown):
    """An answer to what went wrong."""

    success: Literal[False] = False
    error: Problem


def problem(
    status: int,
    code: str,
    message: str,
    request_id: str,
    *,
    details: Any = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The answer to what went wrong."""
    error = {"code": code, "message": message, "requestId": request_id}
    if details is not None:
        error["details"] = details
    return JSONResponse({"success": False, "error": error}, status, headers)
