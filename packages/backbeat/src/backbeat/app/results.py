"""The result of one handler: written by the worker, read by whoever waits for it."""

from typing import Any, Final, Generic, TypeVar

import msgspec

from backbeat.app import codec
from backbeat.app.encryption import Encryption
from backbeat.app.keyring import Keyring
from backbeat.errors import InvalidPayload, JobError

R = TypeVar("R")

# Results travel together, and the server holds them in memory.
MOST_RESULT_BYTES: Final = 16 * 1024 * 1024

_NOTHING: Final = b"null"


class Result(Generic[R]):
    """Writes and reads the results of one handler.

    Attributes:
        kind: Type of the result.
    """

    def __init__(self, kind: Any, encryption: Encryption | None = None) -> None:
        """Read results as `kind`.

        Args:
            kind: Their type.
            encryption: Decrypts those that are encrypted. Defaults to None: nobody does.
        """
        self.kind = kind
        self._encryption = encryption
        self._read = codec.decoder(kind).decode

    def encode(self, value: Any) -> bytes | None:
        """A result as JSON; None for None, which needs no place.

        Raises:
            InvalidPayload: It cannot be written as JSON, or is larger than 16 MiB.
        """
        if value is None:
            return None
        try:
            result = codec.encode(value)
        except codec.ENCODE_ERRORS as error:
            raise InvalidPayload(f"the result cannot be written as JSON: {error}") from error
        if len(result) > MOST_RESULT_BYTES:
            raise InvalidPayload(
                f"the result has {len(result):,} bytes and the limit is {MOST_RESULT_BYTES:,}:"
                " store it elsewhere and return a reference to it"
            )
        return result

    def decode(self, job_id: str, result: bytes | None) -> R:
        """A result from JSON.

        Raises:
            JobError: It does not fit the type that the handler declares.
            DecryptionError: It is encrypted, and cannot be read here.
        """
        if self._encryption is not None and result:
            result = self._encryption.decrypt_result(job_id, result)
        try:
            value: R = self._read(result or _NOTHING)
        except msgspec.MsgspecError as error:
            what, path = codec.explain(error)
            where = f" ({path})" if path else ""
            text = f"job {job_id} is completed, but its result{where} does not fit: {what}"
            raise JobError(job_id, text) from error
        return value


ANY_RESULT: Final[Result[Any]] = Result(Any)


def any_result(keyring: Keyring | None, queue: str) -> Result[Any]:
    """Reads the results of a queue whose handlers are not known here.

    Args:
        keyring: The keys of the application; None: it has none.
        queue: Name of the queue.
    """
    return ANY_RESULT if keyring is None else Result(Any, Encryption(keyring, queue))
