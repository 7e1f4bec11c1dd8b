"""The call `enqueue`: new jobs in, and for each whether it was new."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from backbeat.engine.calls.reply import Arg, Reply, indexes, items, names

Added = Literal["created", "existing", "kept"]

_PLAIN: Final = ord("0")


@dataclass(slots=True)
class NewJob:
    """A job to add.

    Attributes:
        id: Its id, checked by `check_job_id`. Where another job holds its unique key, the answer
            puts the id of that one here.
        record: What `encode_record` made.
        due_ms: When it may start; 0 is at once, a negative number counts from now by the server's
            clock.
        replace: Whether it takes the place of a kept job of this id.
        refresh: Whether it takes the place of one that was not completed.
    """

    id: str
    record: bytes
    due_ms: int = 0
    replace: bool = False
    refresh: bool = False

    @property
    def plain(self) -> bool:
        """Whether it goes the short way: no head, no due time, nothing to replace."""
        return not (self.due_ms or self.replace or self.refresh) and self.record[0] == _PLAIN


def enqueue_args(jobs: Sequence[NewJob]) -> list[Arg]:
    """The arguments for at most 1,000 jobs."""
    plain: list[Arg] = []
    special: list[Arg] = []
    for job in jobs:
        if job.plain:
            plain += (job.id, job.record)
        else:
            flag = "r" if job.replace else "c" if job.refresh else ""
            special += (job.id, job.record, job.due_ms, flag)
    return [len(plain) // 2, *plain, len(special) // 4, *special]


def parse_enqueue(reply: Reply, jobs: Sequence[NewJob]) -> list[Added]:
    """What became of each job, in the order of the jobs."""
    _, existing, kept, twins = items(reply, 4)
    if existing == b"" and kept == b"":
        return ["created"] * len(jobs)
    # The script counts the plain ones first.
    order = sorted(range(len(jobs)), key=lambda index: not jobs[index].plain)
    added: list[Added] = ["created"] * len(jobs)
    for index in indexes(existing):
        added[order[index]] = "existing"
    for index in indexes(kept):
        added[order[index]] = "kept"
    for twin in names(twins):
        place, _, job_id = twin.partition("=")
        jobs[order[int(place)]].id = job_id
    return added
