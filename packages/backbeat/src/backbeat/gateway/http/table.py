"""Which error is which status and code: one table for the whole tree."""

from dataclasses import dataclass
from typing import Final

from backbeat import errors
from backbeat.gateway import errors as gateway


@dataclass(frozen=True, slots=True)
class Row:
    """How an error is answered.

    Attributes:
        status: The status.
        code: The word for programs.
        says: The message; None: that of the error, which was written for whoever asks.
    """

    status: int
    code: str
    says: str | None = None


_AWAY: Final = "the job server cannot be reached or refuses to serve: try again later"
_INSIDE: Final = "something went wrong here; the request id names it in the log"

TABLE: Final[dict[type[Exception], Row]] = {
    gateway.Unauthenticated: Row(401, "UNAUTHENTICATED"),
    gateway.Forbidden: Row(403, "FORBIDDEN"),
    gateway.ForeignOrigin: Row(403, "FOREIGN_ORIGIN"),
    gateway.ReadOnly: Row(403, "READ_ONLY"),
    gateway.NotConfirmed: Row(422, "NOT_CONFIRMED"),
    gateway.TooManyRequests: Row(429, "TOO_MANY_REQUESTS"),
    gateway.TooManyListeners: Row(429, "TOO_MANY_LISTENERS"),
    gateway.TooManySubscriptions: Row(429, "TOO_MANY_SUBSCRIPTIONS"),
    gateway.NoRoom: Row(503, "NO_ROOM"),
    gateway.NoEvents: Row(409, "NO_EVENTS"),
    gateway.BodyTooLarge: Row(413, "BODY_TOO_LARGE"),
    gateway.RepeatedOtherwise: Row(409, "IDEMPOTENCY_KEY_REUSED"),
    gateway.StillRunning: Row(409, "REQUEST_IN_PROGRESS"),
    gateway.NotFound: Row(404, "NOT_FOUND"),
    gateway.BadRequest: Row(400, "BAD_REQUEST"),
    gateway.GatewayError: Row(400, "BAD_REQUEST"),
    errors.InvalidPayload: Row(400, "INVALID_PAYLOAD"),
    errors.PayloadTooLarge: Row(413, "PAYLOAD_TOO_LARGE"),
    errors.InvalidOption: Row(400, "INVALID_OPTION"),
    errors.InvalidJob: Row(400, "INVALID_JOB"),
    errors.QueueNotFound: Row(404, "QUEUE_NOT_FOUND", "there is no such queue"),
    errors.QueueClosed: Row(409, "QUEUE_CLOSED"),
    errors.GroupFull: Row(409, "GROUP_FULL"),
    errors.QueueFull: Row(409, "QUEUE_FULL"),
    errors.QueueActive: Row(409, "QUEUE_ACTIVE"),
    errors.WorkerNotFound: Row(404, "WORKER_NOT_FOUND"),
    errors.QueueEncrypted: Row(409, "QUEUE_ENCRYPTED"),
    errors.QueueError: Row(409, "QUEUE_REFUSED"),
    errors.JobNotFound: Row(404, "JOB_NOT_FOUND"),
    errors.JobActive: Row(409, "JOB_ACTIVE"),
    errors.JobFailed: Row(409, "JOB_FAILED"),
    errors.JobCancelled: Row(409, "JOB_CANCELLED"),
    errors.ResultNotKept: Row(404, "RESULT_NOT_KEPT"),
    errors.JobError: Row(409, "JOB_REFUSED"),
    errors.FlowNotFound: Row(404, "FLOW_NOT_FOUND"),
    errors.FlowActive: Row(409, "FLOW_ACTIVE"),
    errors.NotGranted: Row(409, "NOT_GRANTED"),
    errors.LockLost: Row(409, "LOCK_LOST"),
    errors.LockError: Row(409, "LOCK_REFUSED"),
    errors.ScheduleNotFound: Row(404, "SCHEDULE_NOT_FOUND"),
    errors.KeyNotFound: Row(409, "KEY_NOT_FOUND"),
    errors.DecryptionError: Row(409, "NOT_DECRYPTED"),
    errors.LeaseLost: Row(409, "LEASE_LOST"),
    errors.OutcomeUnknown: Row(503, "OUTCOME_UNKNOWN"),
    errors.StorageFull: Row(503, "STORAGE_FULL", "the job server is full: nothing was written"),
    errors.ServerUnavailable: Row(503, "SERVER_UNAVAILABLE", _AWAY),
    errors.ConfigurationError: Row(500, "MISCONFIGURED", _INSIDE),
    errors.ProtocolError: Row(500, "INTERNAL", _INSIDE),
    errors.BackbeatError: Row(500, "INTERNAL", _INSIDE),
}

# What has no error of its own.
UNEXPECTED: Final = Row(500, "INTERNAL", _INSIDE)
BY_STATUS: Final[dict[int, Row]] = {
    400: Row(400, "BAD_REQUEST", "this is no request that can be read"),
    404: Row(404, "NOT_FOUND", "there is nothing at this address"),
    405: Row(405, "METHOD_NOT_ALLOWED", "this address does not take this method"),
    413: Row(413, "BODY_TOO_LARGE", "the body is larger than is taken"),
    415: Row(415, "UNSUPPORTED_MEDIA_TYPE", "a body has to be application/json, not compressed"),
}


def row_of(error: Exception) -> Row:
    """How an error is answered: by its own row, else that of its nearest kin."""
    return next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), UNEXPECTED)


def said(error: Exception) -> dict[str, str]:
    """Code and message of an error, as whoever asked is told."""
    row = row_of(error)
    return {"code": row.code, "message": row.says or str(error)}
