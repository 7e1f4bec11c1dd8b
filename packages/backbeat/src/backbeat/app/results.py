"""The result of one handler: written by the worker, read by whoever waits for it."""

from typing import Any, Final, Generic, TypeVar

import msgspec

from backbeat.app import codec
from backbeat.errors import InvalidPayload, JobError

R = TypeVar("R")

_NOTHING: Final = b"null"


class Result(Generic[R]):
    """Writes and reads the results of one handler.

    Attributes:
        kind: Type of the result.
    """

    def __init__(self, kind: Any) -> None:
        """Read results as `kind`."""
        self.kind = kind
        self._read = codec.decoder(kind).decode

    def encode(self, value: Any) -> bytes | None:
        """A result as JSON; None for None, which needs no place.

        Raises:
            InvalidPayload: It cannot be written as JSON.
        """
        if value is None:
            return None
        try:
            return codec.encode(value)
        except codec.ENCODE_ERRORS as error:
            raise InvalidPayload(f"the result cannot be written as JSON: {error}") from error

    def decode(self, job_id: str, result: bytes | None) -> R:
        """A result from JSON.

        Raises:
            JobError: It does not fit the type that the handler declares.
        """
        try:
            value: R = self._read(result or _NOTHING)
        except msgspec.MsgspecError as error:
            what, path = codec.explain(error)
            where = f" ({path})" if path else ""
            text = f"job {job_id} is completed, but its result{where} does not fit: {what}"
            raise JobError(job_id, text) from error
        return value


ANY_RESULT: Final[Result[Any]] = Result(Any)
