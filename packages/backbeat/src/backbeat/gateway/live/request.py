"""What a client asks for, checked before anything is looked up."""

from dataclasses import dataclass
from typing import Any, Final

from backbeat.gateway.errors import BadRequest

_LONGEST: Final = 128
# Of a queue with 256 partitions.
_LONGEST_SEQUENCE: Final = 8_192


@dataclass(frozen=True, slots=True)
class Request:
    """What to follow, or to follow no more.

    Attributes:
        queue: The queue; None: whichever has the job.
        job_id: The job; None: the whole queue.
        since: The last sequence that the client has seen; None: it begins.
    """

    queue: str | None
    job_id: str | None
    since: str | None = None


def read_job_request(data: Any) -> Request:
    """The request for a job: its id, or an object with `jobId`, `queue` and `since`.

    Raises:
        BadRequest: It is something else.
    """
    fields = _fields({"jobId": data} if isinstance(data, str) else data)
    job_id = _text(fields, "jobId", _LONGEST)
    if job_id is None:
        raise BadRequest("jobId is missing: send {queue, jobId, since?}")
    return Request(_text(fields, "queue", _LONGEST), job_id, _since(fields))


def read_queue_request(data: Any) -> Request:
    """The request for a queue: its name, or an object with `queue` and `since`.

    Raises:
        BadRequest: It is something else.
    """
    fields = _fields({"queue": data} if isinstance(data, str) else data)
    queue = _text(fields, "queue", _LONGEST)
    if queue is None:
        raise BadRequest("queue is missing: send {queue, since?}")
    return Request(queue, None, _since(fields))


def _fields(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise BadRequest("send an object, or just the name")
    return data


def _since(fields: dict[str, Any]) -> str | None:
    return _text(fields, "since", _LONGEST_SEQUENCE)


def _text(fields: dict[str, Any], name: str, longest: int) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise BadRequest(f"{name} must be a text of 1 to {longest} characters")
    return value
