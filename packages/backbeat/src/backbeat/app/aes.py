"""AES-256-GCM with a key of its own for each message; needs the package `cryptography`.

The key of a message is derived from the long-lived one and a salt (HKDF-Expand of RFC 5869): the
bound on random nonces under one key, 2^32 messages, is then no bound on a queue, whatever its rate.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_HEAD_BYTES: Final = _SALT_BYTES + _NONCE_BYTES
_USE: Final = b"backbeat message 1\0"


def encrypt(key: bytes, data: bytes, context: bytes) -> bytes:
    """Salt, nonce, and the encrypted data with its tag: 44 bytes more than the data.

    Args:
        key: 32 bytes.
        data: What is to be hidden.
        context: What has to be the same when it is decrypted; not hidden, and not in the message.
    """
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    return salt + nonce + _cipher(key, salt).encrypt(nonce, data, context)


def decrypt(key: bytes, message: bytes, context: bytes) -> bytes:
    """The data of a message.

    Raises:
        ValueError: Key, message and context do not belong together.
    """
    salt, nonce = message[:_SALT_BYTES], message[_SALT_BYTES:_HEAD_BYTES]
    try:
        return _cipher(key, salt).decrypt(nonce, message[_HEAD_BYTES:], context)
    except InvalidTag:
        raise ValueError("the message was changed, or does not belong here") from None


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    expand = HKDFExpand(algorithm=SHA256(), length=len(key), info=_USE + salt)
    return AESGCM(expand.derive(key))
