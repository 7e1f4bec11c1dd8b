"""What an error says of a list of jobs whose adding it ended."""

from collections.abc import Sequence
from typing import Literal

from backbeat.engine.calls.enqueue import NewJob
from backbeat.errors import BackbeatError, BulkProgress, OutcomeUnknown, ProtocolError

Became = Literal["added", "not_added", "unknown"]


def tell_progress(
    error: BackbeatError, jobs: Sequence[NewJob], *, answered: int, under_way: int
) -> None:
    """Write on the error which of these jobs were added, which were not, and which may be.

    Args:
        error: What broke the call that was under way.
        jobs: All jobs, in the order in which they are sent.
        answered: How many were answered before.
        under_way: How many were in that call; those after them were never sent.
    """
    # Whoever refuses a call has written nothing of it.
    unclear = isinstance(error, OutcomeUnknown | ProtocolError)
    broken, rest = under_way if unclear else 0, len(jobs) - answered
    states: list[Became] = ["added"] * answered
    states += ["unknown"] * broken
    states += ["not_added"] * (rest - broken)
    error.bulk = BulkProgress(tuple(job.id for job in jobs), tuple(states))
    error.add_note(f"{answered:,} of {len(jobs):,} jobs were added before this")


class Progress:
    """Puts together what became of the parts of a list that go to different queues."""

    def __init__(self, jobs: Sequence[NewJob]) -> None:
        """Nothing was sent yet."""
        self._jobs = jobs
        self._states: list[Became] = ["not_added"] * len(jobs)

    def added(self, places: Sequence[int]) -> None:
        """The jobs at these places were added."""
        for place in places:
            self._states[place] = "added"

    def broke(self, error: BackbeatError, places: Sequence[int]) -> None:
        """This became of the jobs at these places."""
        if error.bulk is not None:
            for place, state in zip(places, error.bulk.states, strict=True):
                self._states[place] = state

    def tell(self, error: BackbeatError) -> None:
        """Write on the error what became of all."""
        ids = tuple(job.id for job in self._jobs)
        error.bulk = BulkProgress(ids, tuple(self._states))
