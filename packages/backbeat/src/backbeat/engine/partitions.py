"""Partitions: one queue of its users is several queues of the engine, each in a slot of its own.

A partition is a whole queue: `wallets/3` has keys, sessions and workers like any other.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from backbeat.errors import InvalidOption

MOST: Final = 256

_MARK: Final = re.compile(r"~(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Partitioning:
    """How the jobs of a queue are spread.

    Attributes:
        count: How many partitions there are; never changed while there are jobs.
        by_id: Whether the partition of a job that brings its own id follows from that id.
    """

    count: int
    by_id: bool

    def __post_init__(self) -> None:
        """Refuse numbers that make no sense."""
        if not 2 <= self.count <= MOST:
            raise InvalidOption(f"partitions must be 2 to {MOST}, not {self.count}")

    def names(self, queue: str) -> tuple[str, ...]:
        """The engine's queues behind a queue, in the order of their numbers."""
        return tuple(f"{queue}/{number}" for number in range(self.count))

    def of_key(self, key: str) -> int:
        """The partition of a key: the same in every process and every version.

        It is the first eight bytes of BLAKE2b over the key in UTF-8, big-endian, modulo the count.
        """
        digest = blake2b(key.encode(), digest_size=8).digest()
        return int.from_bytes(digest) % self.count

    def mark(self, job_id: str, partition: int) -> str:
        """An id that was made here, with its partition in it."""
        return f"{job_id}~{partition}"

    def check_id(self, job_id: str) -> str:
        """An id from outside, if it does not look like one of ours.

        Raises:
            InvalidOption: It ends as ours do.
        """
        if _marked(job_id) is not None:
            raise InvalidOption(
                f"job id {job_id!r}: in a queue with partitions an id may not end in ~ and a number"
            )
        return job_id

    def where(self, job_id: str) -> int | None:
        """The partition in which a job is, if it is anywhere; None: it may be in any."""
        marked = _marked(job_id)
        if marked is not None:
            # A larger number is no mark of ours: such a job is nowhere, and that is the answer.
            return marked % self.count
        return self.of_key(job_id) if self.by_id else None


def _marked(job_id: str) -> int | None:
    head, mark, number = job_id.rpartition("~")
    return int(number) if head and _MARK.fullmatch(mark + number) else None
