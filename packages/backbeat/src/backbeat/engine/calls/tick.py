"""The call `tick`: outcomes of attempts in, claimed jobs out. The hottest code of a worker."""

from dataclasses import dataclass, field
from typing import Final, Literal

from backbeat.engine.calls.reply import Arg, Reply, items, names, number, raw

EndState = Literal["failed", "cancelled"]

# The most outcomes, and the most jobs, that one call takes.
MOST: Final = 1_000
# The most bytes of results and histories in one call; a single larger one goes alone.
MOST_BYTES: Final = 4 * 1024 * 1024

# A due time: not at a time, but when the children of the job have ended.
AFTER_CHILDREN: Final = -1


@dataclass(frozen=True, slots=True)
class Claim:
    """What a tick gave.

    Attributes:
        ticket: Of all attempts claimed by it: proof that they are valid.
        fence: A number that rises over all jobs of the queue, for writes elsewhere.
        wake_ms: When this worker has to wake up without being woken; 0 is never.
        now_ms: The server's time.
        lost: Ids whose outcome was refused: the attempt was not valid any more.
        jobs: Id, record and run record of each claimed job.
        post: Whether there are messages to other queues to be brought.
        need: What the next job costs, if that is more than was left; else 0.
        fires: Whether schedules have fallen due, and this worker is to fire them.
    """

    ticket: int
    fence: int
    wake_ms: int
    now_ms: int
    lost: tuple[str, ...]
    jobs: list[tuple[str, bytes, bytes]]
    post: bool = False
    need: int = 0
    fires: bool = False


@dataclass(slots=True)
class Outcomes:
    """How attempts ended, gathered for the next tick. Flat lists, as they are sent.

    A job is `plain` where its record has no head: the server then need not look for one. Who does
    not know leaves that out.

    Attributes:
        headed: Ids of those that may have a head.
        size: Bytes of results and histories.
    """

    done: list[Arg] = field(default_factory=list)
    results: list[Arg] = field(default_factory=list)
    returns: list[Arg] = field(default_factory=list)
    ends: list[Arg] = field(default_factory=list)
    extras: list[Arg] = field(default_factory=list)
    headed: list[Arg] = field(default_factory=list)
    size: int = 0

    def finish(
        self, job_id: str, ticket: int, result: bytes | None = None, *, plain: bool = False
    ) -> None:
        """The job is completed; a result of None is not stored."""
        if not plain:
            self.headed.append(job_id)
        if result is None:
            self.done += (job_id, ticket)
        else:
            self.results += (job_id, ticket, result)
            self.size += len(result)

    def put_back(
        self,
        job_id: str,
        ticket: int,
        due_ms: int,
        run: str = "",
        history: bytes = b"",
        *,
        plain: bool = False,
    ) -> None:
        """The job is to run again, from `due_ms` on.

        0 is at once, before all others; `AFTER_CHILDREN` is when its children have ended.
        """
        if not plain:
            self.headed.append(job_id)
        self.returns += (job_id, ticket, due_ms, run, history)
        self.size += len(history)

    def end(
        self,
        job_id: str,
        ticket: int,
        state: EndState,
        result: bytes,
        history: bytes = b"",
        run: str = "",
        *,
        plain: bool = False,
    ) -> None:
        """The job failed for good or was cancelled; `result` is JSON about it."""
        if not plain:
            self.headed.append(job_id)
        self.ends += (job_id, ticket, state, result, history, run)
        self.size += len(result) + len(history)

    def keep_rule(self, job_id: str, flags: str) -> None:
        """A rule of keeping for a job that ends in this call: `0` nothing, `k<ms>` for so long."""
        self.extras += (job_id, flags)

    def ids(self) -> set[Arg]:
        """The jobs whose outcomes are here."""
        return {*self.done[::2], *self.results[::3], *self.returns[::5], *self.ends[::6]}

    def take(self, limit: int = MOST) -> "Outcomes":
        """Move outcomes that one call may tell, and the rules for them, into a new object."""
        if len(self) <= limit and self.size <= MOST_BYTES:
            taken = Outcomes(
                self.done, self.results, self.returns, self.ends, self.extras, self.headed,
                self.size,
            )  # fmt: skip
            self.done, self.results, self.returns, self.ends = [], [], [], []
            self.extras, self.headed, self.size = [], [], 0
            return taken
        return self._take_some(limit)

    def __len__(self) -> int:
        return (
            len(self.done) // 2
            + len(self.results) // 3
            + len(self.returns) // 5
            + len(self.ends) // 6
        )

    def _take_some(self, limit: int) -> "Outcomes":
        taken = Outcomes()
        for name, width in (("done", 2), ("results", 3), ("returns", 5), ("ends", 6)):
            waiting: list[Arg] = getattr(self, name)
            cut, room = 0, limit - len(taken)
            while cut < min(len(waiting), room * width):
                size = sum(len(part) for part in waiting[cut : cut + width] if type(part) is bytes)
                if taken.size + size > MOST_BYTES and taken.size:
                    break
                taken.size += size
                cut += width
            setattr(taken, name, waiting[:cut])
            setattr(self, name, waiting[cut:])
        self.size -= taken.size
        gone = {*taken.done[::2], *taken.results[::3], *taken.ends[::6]}
        told, headed = taken.ids(), self.headed
        taken.headed = [job_id for job_id in headed if job_id in told]
        self.headed = [job_id for job_id in headed if job_id not in told]
        rules = self.extras
        self.extras = []
        for i in range(0, len(rules), 2):
            (taken if rules[i] in gone else self).extras += rules[i : i + 2]
        return taken


def tick_args(want: int, outcomes: Outcomes, budget: tuple[int, int] | None = None) -> list[Arg]:
    """The arguments: how many jobs are wanted (at most 1,000), and at most 1,000 outcomes.

    Args:
        want: How many jobs.
        outcomes: How attempts ended.
        budget: What they may cost together, and what one counts with at most. Defaults to None:
            any number.
    """
    done, results, extras = outcomes.done, outcomes.results, outcomes.extras
    returns, ends = outcomes.returns, outcomes.ends
    return [
        want,
        "" if budget is None else f"{budget[0]}:{budget[1]}",
        len(done) // 2,
        *done,
        len(results) // 3,
        *results,
        len(returns) // 5,
        *returns,
        len(ends) // 6,
        *ends,
        len(extras) // 2,
        *extras,
        len(outcomes.headed),
        *outcomes.headed,
    ]


def parse_tick(reply: Reply) -> Claim:
    """What the tick gave."""
    parts = items(reply, 5)
    # One part more than ids, records and runs make: only queues of flows have it.
    post = len(parts) % 3 == 0
    if post:
        parts = parts[:-1]
    need = 0
    if len(parts) > 5 and parts[-3] == b"":
        need = number(parts[-2])
        parts = parts[:-3]
    ids, records, runs = parts[5::3], parts[6::3], parts[7::3]
    return Claim(
        ticket=number(parts[0]),
        fence=number(parts[1]),
        wake_ms=abs(number(parts[2])),
        now_ms=number(parts[3]),
        lost=names(parts[4]),
        # Checked once by the script and not again for each job: this is the hottest loop.
        jobs=[
            (job_id.decode(), record, run)  # type: ignore[union-attr, misc] # always bytes
            for job_id, record, run in zip(ids, records, runs, strict=True)
        ],
        post=post,
        need=need,
        fires=raw(parts[2])[:1] == b"-",
    )
