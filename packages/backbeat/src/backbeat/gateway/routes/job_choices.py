"""What can be said of a job over HTTP besides its handler and its arguments."""

from typing import Annotated, cast

from pydantic import Field

from backbeat.app import JobOptions
from backbeat.gateway.http.envelope import Asked
from backbeat.gateway.routes.parameters import AsWhole, Id


class JobChoices(Asked):
    """How a job shall run, where its handler is not to decide."""

    priority: Annotated[int, Field(ge=0, le=10), AsWhole] | None = None
    attempts: Annotated[int, Field(ge=1, le=1_000), AsWhole] | None = None
    timeout: Annotated[float, Field(gt=0, le=31_557_600)] | None = None
    group: Id | None = None

    def choices(self) -> JobOptions:
        """Those that were made."""
        names = ("priority", "attempts", "timeout", "group")
        given = {name: getattr(self, name) for name in names}
        return cast(
            "JobOptions", {name: value for name, value in given.items() if value is not None}
        )
