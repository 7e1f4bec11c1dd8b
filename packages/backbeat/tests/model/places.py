"""Where the model's jobs are, and the moves that all commands are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from backbeat.engine.states import TERMINAL, State
from packages.backbeat.tests.model.ageing_line import AgeingLine
from packages.backbeat.tests.model.group_lines import GroupLines
from packages.backbeat.tests.model.keeping import Keeping
from packages.backbeat.tests.model.model_job import ModelJob, ModelWorker
from packages.backbeat.tests.model.waiting_line import WaitingLine


@dataclass
class Places:
    """One queue that keeps all ended jobs, until it is told otherwise.

    Attributes:
        ageing_ms: Waiting that a level of priority is worth; None: levels are strict.
        max_stalled: Crashes that a job survives.
        declared_running: How many jobs may run; None: any number.
        scaled_running: The same, as an operator wants it; None: as declared.
        letters: What watching sessions were told and have not read.
    """

    now_ms: int
    ageing_ms: int | None = None
    max_stalled: int = 3
    jobs: dict[str, ModelJob] = field(default_factory=dict)
    workers: dict[int, ModelWorker] = field(default_factory=dict)
    letters: dict[str, list[str]] = field(default_factory=dict)
    line: WaitingLine | AgeingLine = field(default_factory=WaitingLine)
    lines: GroupLines = field(init=False)
    keeping: Keeping = field(init=False)
    registered: int = 0
    paused: bool = False
    draining: bool = False
    declared_running: int | None = None
    scaled_running: int | None = None
    ended_ever: dict[State, int] = field(default_factory=lambda: dict.fromkeys(TERMINAL, 0))

    def __post_init__(self) -> None:
        """Make what looks at the jobs."""
        self.lines = GroupLines(self.running_in)
        self.keeping = Keeping(self.jobs)
        if self.ageing_ms is not None:
            self.line = AgeingLine(self.ageing_ms, lambda: self.now_ms)

    # Questions

    def running_in(self, group: str) -> int:
        """How many jobs of a group run."""
        return sum(job.group == group and job.state is State.ACTIVE for job in self.jobs.values())

    def state(self, job_id: str) -> State | None:
        """The state of a job."""
        return self.jobs[job_id].state if job_id in self.jobs else None

    def ids(self, state: State) -> list[str]:
        """The jobs of a state, in the order in which they are listed."""
        jobs = [job for job in self.jobs.values() if job.state is state]
        if state is State.WAITING:
            urgent, normal, rest = self.line.parts()
            return [*urgent, *self.lines.in_order(), *normal, *rest]
        if state is State.ACTIVE:
            return [job.job_id for job in sorted(jobs, key=lambda job: (job.ticket, job.job_id))]
        if state is State.DELAYED:
            return [job.job_id for job in sorted(jobs, key=lambda job: (job.due_ms, job.job_id))]
        newest_first = sorted(jobs, key=lambda job: (job.ended_ms, job.job_id), reverse=True)
        return [job.job_id for job in newest_first]

    def active_of(self, number: int) -> list[ModelJob]:
        """The jobs that a worker validly runs, oldest claim first."""
        jobs = [self.jobs[job_id] for job_id in self.ids(State.ACTIVE)]
        return [job for job in jobs if job.ticket >> 32 == number]

    def may_claim(self) -> bool:
        """Whether a job could be claimed now."""
        ready = any(self.lines.may_run(group) for group in list(self.lines.groups))
        return self.room() > 0 and bool(len(self.line) or ready)

    def room(self) -> int:
        """How many more jobs may run."""
        if self.paused:
            return 0
        most = self.declared_running if self.scaled_running is None else self.scaled_running
        if most is None:
            return 10**9
        return max(most - len(self.ids(State.ACTIVE)), 0)

    # Moves

    def leave_place(self, job: ModelJob) -> None:
        """It does not wait any more."""
        if job.state is State.WAITING:
            (self.lines if job.group else self.line).remove(job.job_id)

    def let_go(self, job: ModelJob) -> None:
        """It does not come back: its group need not wait for it."""
        if job.group and self.lines.group(job.group).awaited == job.job_id:
            self.lines.group(job.group).awaited = None

    def line_up(self, job: ModelJob) -> None:
        """It waits, behind its equals."""
        job.state, job.drained = State.WAITING, False
        if job.group:
            self.lines.append(job.group, job.job_id, job.priority, lifo=job.lifo)
        else:
            self.line.append(job.job_id, job.priority, lifo=job.lifo)

    def delay(self, job: ModelJob, due_ms: int) -> None:
        """It waits for a time."""
        job.state, job.due_ms, job.drained = State.DELAYED, due_ms, False
        self.tell("delayed", job)

    def end(
        self,
        state: State,
        ended: Sequence[tuple[ModelJob, bytes]],
        rules: dict[str, str] | None = None,
    ) -> None:
        """These end together, each with its result; `rules` say whether some are kept."""
        for job, result in ended:
            job.state, job.ended_ms, job.result, job.cancel = state, self.now_ms, result, None
            job.drained = False
            self.ended_ever[state] += 1
            self.tell(state, job, result)
            job.watchers = []
        self.keeping.ended(self.now_ms, state, [job for job, _ in ended], rules or {})

    def return_jobs(self, jobs: Sequence[tuple[ModelJob, int]]) -> None:
        """Put jobs back that ran, each with its due time, 0 for at once; cancel those to cancel."""
        wished = [(job, reason_json(job.cancel)) for job, _ in jobs if job.cancel is not None]
        self.end(State.CANCELLED, wished)
        at_once, grouped = [], []
        for job, due_ms in jobs:
            if job.state is State.CANCELLED:
                continue
            if due_ms:
                self.delay(job, due_ms)
                self._await(job)
                continue
            job.state = State.WAITING
            if job.group:
                grouped.append((job.group, job.job_id, job.priority, job.lifo))
            else:
                at_once.append((job.job_id, job.priority, job.lifo))
        self.line.put_back(at_once)
        self.lines.put_back(grouped)

    def tell(self, kind: str, job: ModelJob, data: bytes = b"") -> None:
        """Write to those who watch a job."""
        for session in job.watchers:
            letter = f"{job.job_id}|{kind}|{data.decode()}"
            self.letters.setdefault(session, []).append(letter)

    def _await(self, job: ModelJob) -> None:
        if job.group and self.lines.rules(job.group).ordered:
            group = self.lines.group(job.group)
            group.awaited = group.awaited or job.job_id


def reason_json(reason: str) -> bytes:
    """The reason of a cancel, as it is kept."""
    return f'{{"reason":"{reason}"}}'.encode()
