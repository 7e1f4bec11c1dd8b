"""Keys that encrypt what jobs carry, by their ids, so that they can be exchanged."""

import base64
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final, Self

from typing_extensions import override

from backbeat.errors import ConfigurationError, DecryptionError, KeyNotFound

MARK: Final = "bbe1."  # with what a text begins that a keyring made
_KEY_BYTES: Final = 32
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Keyring:
    """Encrypts with its current key, and decrypts with each of its keys. Safe to share by threads.

    What it makes reads `bbe1.<id of the key>.<base64url of an AES-256-GCM message>`.

    Attributes:
        current: Id of the key that encrypts.
        ids: Ids of all keys.
    """

    def __init__(self, keys: Mapping[str, str | bytes], *, current: str | None = None) -> None:
        """Take the keys.

        Args:
            keys: Keys of 32 bytes by their ids, as bytes or in base64. An id is letters, digits,
                `_` and `-`, at most 64; it is stored beside all that its key encrypts, and is
                never given to another key.
            current: The one that encrypts. Defaults to the first.

        Raises:
            ConfigurationError: One is no key, or there is none, or the package `cryptography` is
                not installed: `backbeat[encryption]`.
        """
        try:
            from backbeat.app import aes  # who encrypts nothing needs no cryptography
        except ImportError as error:
            raise ConfigurationError(
                f"encryption needs {error.name}: pip install backbeat[encryption]"
            ) from error
        self._aes = aes
        self._keys = {name: _key(name, key) for name, key in keys.items()}
        if not self._keys:
            raise ConfigurationError("a keyring needs a key: Keyring({'2026-11': '...'})")
        self.ids = tuple(self._keys)
        self.current = self.ids[0] if current is None else current
        if self.current not in self._keys:
            raise ConfigurationError(
                f"the current key {self.current!r} is none of {', '.join(self.ids)}"
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """A keyring out of one text, as a secret in the environment: `id:base64,id:base64`.

        The first encrypts. Spaces and line ends around the parts do not matter.

        Raises:
            ConfigurationError: The text is none; the message does not show it.
        """
        keys: dict[str, str] = {}
        for number, part in enumerate(text.split(","), start=1):
            name, colon, key = part.strip().partition(":")
            if not colon or name in keys:
                raise ConfigurationError(f"part {number} of the keys is no new id:base64")
            keys[name] = key
        return cls(dict(keys))

    @staticmethod
    def new_key() -> str:
        """A new random key, in base64."""
        return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()

    def encrypt(self, data: bytes, context: bytes) -> str:
        """A text of which only a keyring with the current key makes `data` again.

        Args:
            data: What is to be hidden.
            context: Where the text belongs; it cannot be decrypted elsewhere. It is not hidden, and
                not in the text.
        """
        message = self._aes.encrypt(self._keys[self.current], data, context)
        body = base64.urlsafe_b64encode(message).rstrip(b"=").decode()
        return f"{MARK}{self.current}.{body}"

    def decrypt(self, text: str, context: bytes) -> bytes:
        """What was encrypted.

        Args:
            text: What `encrypt` made.
            context: What it was given.

        Raises:
            KeyNotFound: The key that encrypted it is not here.
            DecryptionError: The text was changed, or belongs elsewhere.
        """
        name, _, body = text.removeprefix(MARK).partition(".")
        if name not in self._keys:
            raise KeyNotFound(name, self.ids)
        try:
            message = base64.b64decode(body + "=" * (-len(body) % 4), b"-_", validate=True)
            return self._aes.decrypt(self._keys[name], message, context)
        except ValueError as error:
            raise DecryptionError(name) from error

    @override
    def __repr__(self) -> str:
        return f"<Keyring {self.current} of {', '.join(self.ids)}>"


def key_of(value: Any) -> str | None:
    """The id of the key that encrypted a value; None where it is not encrypted."""
    if not isinstance(value, str) or not value.startswith(MARK):
        return None
    return value.removeprefix(MARK).partition(".")[0]


def _key(name: str, key: str | bytes) -> bytes:
    if not _ID.fullmatch(name):
        raise ConfigurationError(f"id of a key: letters, digits, _ and -, 1 to 64, not {name!r}")
    try:
        plain = base64.b64decode(key, validate=True) if isinstance(key, str) else key
    except ValueError:
        plain = b""
    if len(plain) != _KEY_BYTES:
        raise ConfigurationError(
            f"key {name!r} has to be {_KEY_BYTES} bytes, or base64 of so many: Keyring.new_key()"
        )
    return plain
