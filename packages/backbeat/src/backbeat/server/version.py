"""Versions of servers, and which data one server can read of another."""

import re
from typing import Final, NamedTuple, Self

from typing_extensions import override


class Version(NamedTuple):
    """A version of a server, ordered."""

    major: int
    minor: int = 0
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """The leading numbers of a version such as "7.0.15" or "9.1.0-rc1".

        Raises:
            ValueError: It does not begin with a number.
        """
        numbers = re.match(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?", text)
        if numbers is None:
            raise ValueError(f"{text!r} is not a version")
        return cls(*(int(number or 0) for number in numbers.groups()))

    @override
    def __str__(self) -> str:
        """As in "9.1.2"."""
        return ".".join(map(str, self))

    @property
    def series(self) -> tuple[int, int]:
        """Major and minor: within a series the data format does not change."""
        return self[:2]


OLDEST: Final = Version(7, 0, 0)

# The two products shared one data format until these series.
_LAST_SHARED_REDIS: Final = (7, 2)
_FIRST_OWN_VALKEY: Final = (9, 0)


def can_read(reader: str, reader_version: Version, writer: str, writer_version: Version) -> bool:
    """Whether data written by one server can be read by another.

    Args:
        reader: Product that shall read: "valkey" or "redis".
        reader_version: Its version.
        writer: Product that wrote.
        writer_version: Its version.
    """
    if reader == writer:
        return reader_version.series >= writer_version.series
    if (writer, reader) == ("redis", "valkey"):
        return writer_version.series <= _LAST_SHARED_REDIS
    if (writer, reader) == ("valkey", "redis"):
        shared = writer_version.series < _FIRST_OWN_VALKEY
        return shared and reader_version.series >= _LAST_SHARED_REDIS
    return False
