"""What is known about a job of an encrypted queue, for those who have its keys."""

from dataclasses import replace
from typing import Any, Final

import msgspec
from msgspec import structs

from backbeat.app.encryption import Encryption
from backbeat.app.info import JobInfo
from backbeat.app.keyring import key_of
from backbeat.engine.record import Record
from backbeat.errors import KeyNotFound


def decrypted(info: JobInfo, encryption: Encryption | None) -> JobInfo:
    """The same, with arguments and result decrypted.

    Args:
        info: What is known; what is not encrypted stays as it is.
        encryption: That of its queue; None: there are no keys.

    Raises:
        KeyNotFound: The key that encrypted them is not here.
        DecryptionError: They were changed, or are those of another job.
    """
    arguments, result = info.arguments, info.result
    for key in filter(None, map(key_of, (arguments, result))):
        if encryption is None:
            raise KeyNotFound(key, ())
    if encryption is not None:
        if key_of(arguments):
            arguments = _read(encryption.decrypt_arguments(info.id, _json(arguments)))
        if key_of(result):
            result = _read(encryption.decrypt_result(info.id, _json(result)))
    return replace(info, arguments=arguments, result=result)


def decrypted_record(job_id: str, record: Record, encryption: Encryption | None) -> Record:
    """A record with its arguments decrypted; see `decrypted`."""
    if encryption is None:
        if key := key_of(_read(record.payload)):
            raise KeyNotFound(key, ())
        return record
    payload = encryption.decrypt_arguments(job_id, bytes(record.payload))
    return structs.replace(record, payload=msgspec.Raw(payload))


def _json(text: Any) -> bytes:
    return msgspec.json.encode(text)


_read: Final = msgspec.json.decode
