"""The order of waiting jobs, as the simplest thing that could be right."""

from dataclasses import dataclass, field

NORMAL = 5


@dataclass(order=True, frozen=True)
class Rank:
    """A place among jobs of a priority; the smallest goes first."""

    level: int
    fifo: bool
    turn: int
    sequence: int
    job_id: str


@dataclass
class WaitingLine:
    """Priority first, then LIFO before FIFO, then age; what is put back goes before its equals."""

    normal: list[str] = field(default_factory=list)
    ranked: dict[str, Rank] = field(default_factory=dict)
    sequence: int = 0

    def __contains__(self, job_id: object) -> bool:
        return job_id in self.ranked or job_id in self.normal

    def __len__(self) -> int:
        return len(self.normal) + len(self.ranked)

    def append(self, job_id: str, priority: int, *, lifo: bool) -> None:
        """Put a job behind its equals; a LIFO job goes before them."""
        if priority == NORMAL and not lifo:
            self.normal.append(job_id)
            return
        self.sequence += 1
        turn = -self.sequence if lifo else self.sequence
        self.ranked[job_id] = Rank(-priority, not lifo, 1, turn, job_id)

    def put_back(self, jobs: list[tuple[str, int, bool]]) -> None:
        """Put jobs, each with its priority and whether it is LIFO, before their equals."""
        plain = [job_id for job_id, priority, lifo in jobs if priority == NORMAL and not lifo]
        self.normal[:0] = plain
        # Each goes before all that were put back earlier, so the first of them is put back last.
        for job_id, priority, lifo in reversed(jobs):
            if lifo:
                self.append(job_id, priority, lifo=True)
            elif priority != NORMAL:
                self.sequence += 1
                self.ranked[job_id] = Rank(-priority, True, 0, -self.sequence, job_id)

    def change(self, job_id: str, was: tuple[int, bool], now: tuple[int, bool]) -> None:
        """Another priority: behind its equals there, unless it is in the list and stays in it."""
        if not was == now == (NORMAL, False):
            self.remove(job_id)
            self.append(job_id, now[0], lifo=now[1])

    def remove(self, job_id: str) -> None:
        """Take a job out."""
        if job_id in self.ranked:
            del self.ranked[job_id]
        else:
            self.normal.remove(job_id)

    def parts(self) -> tuple[list[str], list[str], list[str]]:
        """All ids, the next one first: the urgent ones, the list, the rest."""
        ranks = sorted(self.ranked.values())
        # LIFO jobs of NORMAL priority go before the list, and all else of that level is in it.
        urgent = [rank.job_id for rank in ranks if rank.level <= -NORMAL]
        rest = [rank.job_id for rank in ranks if rank.level > -NORMAL]
        return urgent, list(self.normal), rest
