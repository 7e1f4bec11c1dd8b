"""Encrypts what the jobs of one queue carry, so that whoever reads the server reads none of it.

Each text is bound to its queue, its job and its use: put elsewhere by a foreign hand it cannot be
decrypted. Jobs whose ids are given on the server are bound to what they are made of: those of a
schedule to the schedule, those that undo a job to that job.
"""

import re
from collections.abc import Callable
from typing import Final

import msgspec

from backbeat.app.keyring import MARK, Keyring

_JSON_MARK: Final = b'"' + MARK.encode()
_SLOT: Final = re.compile(r"(schedule:[A-Za-z0-9._-]+):\d+(?:[+~].+)?")
_UNDO: Final = re.compile(r"(.+~undo)\d*")
_text: Final = msgspec.json.Decoder(str).decode


class Encryption:
    """Encrypts and decrypts for one queue; what is not encrypted passes through `decrypt_...`."""

    def __init__(self, keyring: Keyring, queue: str) -> None:
        """Use these keys for this queue."""
        self._keyring = keyring
        self._queue = queue

    def encrypt_arguments(self, job_id: str, payload: bytes) -> bytes:
        """Arguments as a JSON string that hides them.

        Args:
            job_id: Their job.
            payload: The arguments as JSON.
        """
        return self._encrypt(payload, "arguments", _owner(job_id))

    def decrypt_arguments(self, job_id: str, payload: bytes) -> bytes:
        """Arguments as JSON.

        Raises:
            KeyNotFound: The key that encrypted them is not here.
            DecryptionError: They were changed, or are those of another job.
        """
        return self._decrypt(payload, "arguments", lambda: _owner(job_id))

    def encrypt_result(self, job_id: str, result: bytes) -> bytes:
        """A result as a JSON string that hides it; see `encrypt_arguments`."""
        return self._encrypt(result, "result", job_id)

    def decrypt_result(self, job_id: str, result: bytes) -> bytes:
        """A result as JSON; see `decrypt_arguments`."""
        return self._decrypt(result, "result", lambda: job_id)

    def is_current(self, payload: bytes) -> bool:
        """Whether something is encrypted with the current key."""
        return payload.startswith(b'"%b%b.' % (MARK.encode(), self._keyring.current.encode()))

    def _encrypt(self, data: bytes, use: str, owner: str) -> bytes:
        return b'"%b"' % self._keyring.encrypt(data, self._context(use, owner)).encode()

    def _decrypt(self, data: bytes, use: str, owner: Callable[[], str]) -> bytes:
        if not data.startswith(_JSON_MARK):
            return data
        return self._keyring.decrypt(_text(data), self._context(use, owner()))

    def _context(self, use: str, owner: str) -> bytes:
        # None of the parts can have a zero byte in it.
        return "\0".join((use, self._queue, owner)).encode()


def _owner(job_id: str) -> str:
    """What the arguments of a job are bound to."""
    made = _SLOT.fullmatch(job_id) or _UNDO.fullmatch(job_id)
    return job_id if made is None else made[1]
