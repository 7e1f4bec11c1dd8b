"""What the model knows of a job, of a worker, and of how an attempt ended."""

from dataclasses import dataclass, field
from math import ceil

from backbeat.engine.states import State

MOST_LINES = 1_000


@dataclass
class ModelJob:
    """One job.

    Attributes:
        history: The lines about attempts that did not simply end well.
        kept_until_ms: Until when it stays, where it has an age of its own.
        kept_bytes: What it counts with while the bytes of ended jobs are bounded.
        log: The lines that it wrote, the newest 1,000.
        watchers: Sessions that are told of it.
    """

    job_id: str
    body: bytes
    priority: int = 5
    lifo: bool = False
    group: str = ""
    reply: str = ""
    state: State = State.WAITING
    due_ms: int = 0
    ended_ms: int = 0
    ticket: int = 0
    result: bytes = b""
    run: tuple[int, int, int, int] = (0, 0, 0, 0)
    ran: bool = False
    history: bytes = b""
    cancel: str | None = None
    drained: bool = False
    kept_until_ms: int | None = None
    kept_bytes: int = 0
    progress: bytes = b""
    log: list[bytes] = field(default_factory=list)
    watchers: list[str] = field(default_factory=list)

    @property
    def record(self) -> bytes:
        """What the store holds of it: a head where it has a special wish, and its body."""
        if self.priority == 5 and not (self.lifo or self.reply or self.group):
            return b"0" + self.body
        head = f"x{self.priority};{'l' if self.lifo else ''};{self.reply}"
        if self.group:
            head += f";{self.group};1;"
        return head.encode() + b"\n" + self.body

    @property
    def size(self) -> int:
        """How many bytes it counts with while it is kept."""
        # Of a log with more than 50 lines an even sample is taken.
        few = min(len(self.log), 50)
        looked_at = [self.log[ceil(n * len(self.log) / few) - 1] for n in range(1, few + 1)]
        log = sum(map(len, looked_at)) * len(self.log) / max(few, 1)
        told = (self.record, self.result, self.history, self.progress)
        return sum(map(len, told)) + int(log + 0.5)

    def write(self, lines: list[bytes]) -> None:
        """Add lines to its log."""
        self.log = [*self.log, *lines][-MOST_LINES:]


@dataclass
class ModelWorker:
    """One registered worker, and the commands that lie in its mailbox."""

    number: int
    deadline_ms: int
    mailbox: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Ending:
    """How a worker says that an attempt ended; `state` is waiting or delayed if it is put back.

    Attributes:
        keep: What the job says about being kept: `0` not at all, `k<ms>` for so long.
    """

    job_id: str
    ticket: int
    state: State
    result: bytes = b""
    due_ms: int = 0
    run: tuple[int, int, int, int] | None = None
    history: bytes = b""
    keep: str = ""
