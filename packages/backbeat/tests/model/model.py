"""The engine in plain Python: what every call has to answer, without keys and without Redis."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from backbeat.engine.states import TERMINAL, State
from packages.backbeat.tests.model.group_lines import GroupLines
from packages.backbeat.tests.model.waiting_line import WaitingLine

MAX_STALLED = 3
CRASHES_IN_COMPANY = 2


@dataclass
class ModelJob:
    """One job."""

    job_id: str
    body: bytes
    priority: int = 5
    lifo: bool = False
    group: str = ""
    state: State = State.WAITING
    due_ms: int = 0
    ended_ms: int = 0
    ticket: int = 0
    result: bytes = b""
    run: tuple[int, int, int, int] = (0, 0, 0, 0)
    ran: bool = False
    cancel: str | None = None
    drained: bool = False


@dataclass
class ModelWorker:
    """One registered worker."""

    number: int
    deadline_ms: int


@dataclass(frozen=True)
class Ending:
    """How a worker says that an attempt ended; `state` is waiting or delayed if it is put back."""

    job_id: str
    ticket: int
    state: State
    result: bytes = b""
    due_ms: int = 0
    run: tuple[int, int, int, int] | None = None


@dataclass
class Model:
    """One queue that keeps all ended jobs."""

    now_ms: int
    jobs: dict[str, ModelJob] = field(default_factory=dict)
    line: WaitingLine = field(default_factory=WaitingLine)
    workers: dict[int, ModelWorker] = field(default_factory=dict)
    lines: GroupLines = field(init=False)
    registered: int = 0
    paused: bool = False
    draining: bool = False
    max_running: int | None = None
    ended_ever: dict[State, int] = field(default_factory=lambda: dict.fromkeys(TERMINAL, 0))

    def __post_init__(self) -> None:
        """Make the groups."""
        self.lines = GroupLines(self.running_in)

    # Questions

    def running_in(self, group: str) -> int:
        """How many jobs of a group run."""
        return sum(job.group == group and job.state is State.ACTIVE for job in self.jobs.values())

    def overfull(self, new: Sequence[tuple[ModelJob, bool]]) -> set[str]:
        """Groups that would hold more waiting jobs than they may."""
        fresh: dict[str, set[str]] = {}
        for job, replace in new:
            state = self.state(job.job_id)
            is_new = state is None or (replace and state in TERMINAL)
            if job.group and is_new and job.due_ms <= self.now_ms:
                fresh.setdefault(job.group, set()).add(job.job_id)
        most = {group: self.lines.rules(group).max_waiting for group in fresh}
        return {
            group
            for group, ids in fresh.items()
            if 0 < most[group] < len(self.lines.group(group).line) + len(ids)
        }

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
        return self._room() > 0 and bool(len(self.line) or ready)

    # Producers and operators

    def add(self, new: Sequence[tuple[ModelJob, bool]]) -> list[str]:
        """Add jobs, each with whether it replaces a kept one: plain ones first, as scripts do."""
        return [self._add_one(job, replace=replace) for job, replace in new]

    def cancel(self, job_id: str, reason: str) -> str:
        """Cancel a job."""
        job = self.jobs.get(job_id)
        if job is None:
            return "unknown"
        if job.state in TERMINAL:
            return "ended"
        if job.state is State.ACTIVE:
            job.cancel = reason
            return "flagged"
        self._leave_place(job)
        self._let_go(job)
        self._end(job, State.CANCELLED, _reason(reason))
        return "cancelled"

    def remove(self, job_ids: Iterable[str]) -> tuple[int, tuple[str, ...]]:
        """Remove jobs that are not active."""
        known = [self.jobs[job_id] for job_id in dict.fromkeys(job_ids) if job_id in self.jobs]
        active = tuple(job.job_id for job in known if job.state is State.ACTIVE)
        for job in known:
            if job.state is not State.ACTIVE:
                self._leave_place(job)
                self._let_go(job)
                del self.jobs[job.job_id]
        return len(known) - len(active), active

    def reschedule(self, job_id: str, due_ms: int) -> str:
        """Give a job another time."""
        job = self.jobs.get(job_id)
        if job is None or job.state not in (State.WAITING, State.DELAYED):
            return "refused" if job else "unknown"
        self._leave_place(job)
        job.ran = True
        if due_ms <= self.now_ms:
            self._line_up(job)
        else:
            self._delay(job, due_ms)
        return "ok"

    def promote(self, job_ids: Iterable[str]) -> int:
        """Let delayed jobs start now."""
        chosen = [self.jobs[job_id] for job_id in dict.fromkeys(job_ids) if job_id in self.jobs]
        delayed = [job for job in chosen if job.state is State.DELAYED]
        for job in delayed:
            self._line_up(job)
        return len(delayed)

    def set_priority(self, job_id: str, priority: int, *, lifo: bool) -> str:
        """Change how urgent a job is."""
        job = self.jobs.get(job_id)
        if job is None or job.state not in (State.WAITING, State.DELAYED):
            return "refused" if job else "unknown"
        listed = (job.priority, job.lifo) == (5, False) == (priority, lifo)
        job.priority, job.lifo = priority, lifo
        if job.state is State.WAITING and not listed:
            self._leave_place(job)
            self._line_up(job)
        return "ok"

    def retry(self, job_ids: Iterable[str], *, reset: bool) -> int:
        """Run ended jobs again."""
        chosen = [self.jobs[job_id] for job_id in dict.fromkeys(job_ids) if job_id in self.jobs]
        ended = [job for job in chosen if job.state in TERMINAL]
        for job in ended:
            job.result, job.ran = b"", True
            if reset:
                job.run = (job.run[0], 0, 0, job.run[3])
            self._line_up(job)
        return len(ended)

    def drain(self, *, include_delayed: bool) -> int:
        """Remove what waits."""
        states = {State.WAITING, State.DELAYED} if include_delayed else {State.WAITING}
        gone = [job for job in self.jobs.values() if job.state in states]
        return self.remove(job.job_id for job in gone)[0]

    def begin_drain(self) -> None:
        """Mark what waits as what a drain in steps is to remove."""
        self.draining = True
        for job in self.jobs.values():
            job.drained = job.state is State.WAITING

    def drain_step(self, gone: Iterable[str], *, more: bool) -> None:
        """A step removed these, of its own choice among what was marked."""
        self.draining = more
        for job_id in gone:
            assert self.jobs[job_id].drained, f"{job_id} was not there when the drain began"
            self.remove([job_id])
        assert more or not any(job.drained for job in self.jobs.values())

    def clean(self, state: State, age_ms: int) -> int:
        """Remove ended jobs of an age."""
        old = [
            job
            for job in self.jobs.values()
            if job.state is state and job.ended_ms <= self.now_ms - age_ms
        ]
        return self.remove(job.job_id for job in old)[0]

    # Workers

    def register(self, lease_ms: int) -> int:
        """A new worker."""
        self.registered += 1
        self.workers[self.registered] = ModelWorker(self.registered, self.now_ms + lease_ms)
        return self.registered

    def tick(
        self, ticket: int, want: int, endings: Sequence[Ending]
    ) -> tuple[list[str], list[str]]:
        """Ids that were lost, and ids that were claimed. The endings come in the order of parts."""
        lost = self.end_attempts(endings)
        self._promote_due()
        self.lines.wake(self.now_ms)
        return lost, self._claim(ticket, min(want, self._room()))

    def end_attempts(self, endings: Sequence[Ending]) -> list[str]:
        """End attempts; the ids of those that were not valid any more."""
        lost, returned = [], dict[str, Ending]()
        for ending in endings:
            job = self.jobs.get(ending.job_id)
            valid = job and job.state is State.ACTIVE and job.ticket == ending.ticket
            if job is None or not valid or job.job_id in returned:
                lost.append(ending.job_id)
                continue
            if ending.run is not None:
                job.run, job.ran = ending.run, True
            if ending.state in TERMINAL:
                self._end(job, ending.state, ending.result)
            else:
                returned[job.job_id] = ending
        self._return([(self.jobs[job_id], ending.due_ms) for job_id, ending in returned.items()])
        return lost

    def hand_back(self, number: int, *, crashed: bool) -> tuple[int, int]:
        """Take a worker's jobs from it, and forget it: how many went back, how many failed."""
        del self.workers[number]
        jobs, failed, back = self.active_of(number), 0, []
        for job in jobs:
            starts, fails, crashes, snoozes = job.run
            blamed = crashed and (len(jobs) == 1 or crashes < CRASHES_IN_COMPANY)
            job.run = (starts + 1, fails, crashes + blamed, snoozes)
            job.ran = True
            if blamed and job.run[2] > MAX_STALLED:
                failed += 1
                self._end(job, State.FAILED, b"stalled")
            else:
                back.append(job)
        self._return([(job, 0) for job in back])
        return len(back), failed

    def expired(self) -> int | None:
        """The worker whose lease has been over for longest."""
        over = [worker for worker in self.workers.values() if worker.deadline_ms <= self.now_ms]
        over.sort(key=lambda worker: (worker.deadline_ms, str(worker.number)))
        return over[0].number if over else None

    # Moves

    def _room(self) -> int:
        if self.paused:
            return 0
        if self.max_running is None:
            return 10**9
        return max(self.max_running - len(self.ids(State.ACTIVE)), 0)

    def _claim(self, ticket: int, want: int) -> list[str]:
        urgent, normal, rest = self.line.parts()
        claimed = urgent[:want]
        claimed += self.lines.claim(self.now_ms, want - len(claimed))
        claimed += [*normal, *rest][: want - len(claimed)]
        for job_id in claimed:
            if job_id in self.line:
                self.line.remove(job_id)
            job = self.jobs[job_id]
            job.state, job.ticket, job.drained = State.ACTIVE, ticket, False
        return claimed

    def _add_one(self, job: ModelJob, *, replace: bool) -> str:
        known = self.jobs.get(job.job_id)
        if known is not None:
            if known.state not in TERMINAL:
                return "existing"
            if not replace:
                return "kept"
        self.jobs[job.job_id] = job
        if job.due_ms > self.now_ms:
            job.state = State.DELAYED
        else:
            self._line_up(job)
        return "created"

    def _leave_place(self, job: ModelJob) -> None:
        if job.state is State.WAITING:
            (self.lines if job.group else self.line).remove(job.job_id)

    def _let_go(self, job: ModelJob) -> None:
        """It does not come back: its group need not wait for it."""
        if job.group and self.lines.group(job.group).awaited == job.job_id:
            self.lines.group(job.group).awaited = None

    def _line_up(self, job: ModelJob) -> None:
        job.state, job.drained = State.WAITING, False
        if job.group:
            self.lines.append(job.group, job.job_id, job.priority, lifo=job.lifo)
        else:
            self.line.append(job.job_id, job.priority, lifo=job.lifo)

    def _delay(self, job: ModelJob, due_ms: int) -> None:
        job.state, job.due_ms, job.drained = State.DELAYED, due_ms, False

    def _return(self, jobs: Sequence[tuple[ModelJob, int]]) -> None:
        at_once, grouped = [], []
        for job, due_ms in jobs:
            if job.cancel is not None:
                self._end(job, State.CANCELLED, _reason(job.cancel))
            elif due_ms:
                self._delay(job, due_ms)
                self._await(job)
            elif job.group:
                job.state = State.WAITING
                grouped.append((job.group, job.job_id, job.priority, job.lifo))
            else:
                job.state = State.WAITING
                at_once.append((job.job_id, job.priority, job.lifo))
        self.line.put_back(at_once)
        self.lines.put_back(grouped)

    def _await(self, job: ModelJob) -> None:
        if job.group and self.lines.rules(job.group).ordered:
            group = self.lines.group(job.group)
            group.awaited = group.awaited or job.job_id

    def _end(self, job: ModelJob, state: State, result: bytes) -> None:
        job.state, job.ended_ms, job.result, job.cancel = state, self.now_ms, result, None
        job.drained = False
        self.ended_ever[state] += 1

    def _promote_due(self) -> None:
        for job in [self.jobs[job_id] for job_id in self.ids(State.DELAYED)]:
            if job.due_ms <= self.now_ms:
                self._line_up(job)


def _reason(reason: str) -> bytes:
    return f'{{"reason":"{reason}"}}'.encode()
