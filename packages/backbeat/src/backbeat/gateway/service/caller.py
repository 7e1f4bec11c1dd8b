"""Who asks, in which request."""

from dataclasses import dataclass

from backbeat.gateway.access import Principal


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        principal: Who it is and what was granted.
        request_id: The request, as its answer and the audit log name it.
    """

    principal: Principal
    request_id: str | None = None
