"""What producers and operators do, in plain Python."""

from collections.abc import Iterable, Sequence

from backbeat.engine.states import TERMINAL, State
from packages.backbeat.tests.model.model_job import ModelJob
from packages.backbeat.tests.model.places import Places, reason_json


class OperatorModel(Places):
    """The commands that move or change jobs from outside."""

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
            letter = f"cancel|{job_id}|{job.ticket}|{reason_json(reason).decode()}"
            self.workers[job.ticket >> 32].mailbox.append(letter)
            return "flagged"
        self.leave_place(job)
        self.let_go(job)
        self.end(State.CANCELLED, [(job, reason_json(reason))])
        return "cancelled"

    def remove(self, job_ids: Iterable[str]) -> tuple[int, tuple[str, ...]]:
        """Remove jobs that are not active."""
        known = self._known(job_ids)
        active = tuple(job.job_id for job in known if job.state is State.ACTIVE)
        for job in known:
            if job.state is not State.ACTIVE:
                self.leave_place(job)
                self.let_go(job)
                self.tell("removed", job)
                del self.jobs[job.job_id]
        return len(known) - len(active), active

    def failed_of(self, result: bytes) -> list[str]:
        """The jobs that failed with a result, the oldest first."""
        failed = [
            job for job in self.jobs.values() if job.state is State.FAILED and job.result == result
        ]
        return [job.job_id for job in sorted(failed, key=lambda job: (job.ended_ms, job.job_id))]

    def reschedule(self, job_id: str, due_ms: int) -> str:
        """Give a job another time."""
        job = self.jobs.get(job_id)
        if job is None or job.state not in (State.WAITING, State.DELAYED):
            return "refused" if job else "unknown"
        self.leave_place(job)
        job.ran = True
        if due_ms <= self.now_ms:
            self.line_up(job)
        else:
            self.delay(job, due_ms)
        return "ok"

    def promote(self, job_ids: Iterable[str]) -> int:
        """Let delayed jobs start now."""
        delayed = [job for job in self._known(job_ids) if job.state is State.DELAYED]
        for job in delayed:
            self.line_up(job)
        return len(delayed)

    def set_priority(self, job_id: str, priority: int, *, lifo: bool) -> str:
        """Change how urgent a job is."""
        job = self.jobs.get(job_id)
        if job is None or job.state not in (State.WAITING, State.DELAYED):
            return "refused" if job else "unknown"
        self._give_priority(job, priority, lifo=lifo)
        return "ok"

    def reprioritise(self, job_ids: Iterable[str], priority: int) -> int:
        """Change how urgent many jobs are."""
        chosen = [
            job for job in self._known(job_ids) if job.state in (State.WAITING, State.DELAYED)
        ]
        for job in chosen:
            self._give_priority(job, priority, lifo=False)
        return len(chosen)

    def update_data(self, job_id: str, old: bytes, new: bytes) -> str:
        """Replace the body of a job, if it is still the old one."""
        job = self.jobs.get(job_id)
        if job is None or job.state is State.ACTIVE:
            return "active" if job else "unknown"
        if job.body != old:
            return "changed"
        job.body = new
        if job.kept_bytes:
            job.kept_bytes += len(new) - len(old)
        return "ok"

    def retry(self, job_ids: Iterable[str], *, reset: bool) -> int:
        """Run ended jobs again."""
        ended = [job for job in self._known(job_ids) if job.state in TERMINAL]
        for job in ended:
            job.result, job.ran, job.kept_until_ms, job.kept_bytes = b"", True, None, 0
            if reset:
                job.run = (job.run[0], 0, 0, job.run[3])
            self.line_up(job)
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

    def _known(self, job_ids: Iterable[str]) -> list[ModelJob]:
        return [self.jobs[job_id] for job_id in dict.fromkeys(job_ids) if job_id in self.jobs]

    def _add_one(self, job: ModelJob, *, replace: bool) -> str:
        known = self.jobs.get(job.job_id)
        if known is not None:
            if known.state not in TERMINAL:
                return "existing"
            if not replace:
                return "kept"
        self.jobs[job.job_id] = job
        job.watchers = [job.reply] if job.reply else []
        if job.due_ms > self.now_ms:
            job.state = State.DELAYED
        else:
            self.line_up(job)
        return "created"

    def _give_priority(self, job: ModelJob, priority: int, *, lifo: bool) -> None:
        was, now = (job.priority, job.lifo), (priority, lifo)
        job.priority, job.lifo = now
        if job.state is not State.WAITING:
            return
        if not job.group:
            self.line.change(job.job_id, was, now)
            # What has a new place is new to a drain, too; with ageing it keeps its place in time.
            job.drained = job.drained and (self.ageing_ms is not None or was == now == (5, False))
        elif not was == now == (5, False):
            self.leave_place(job)
            self.line_up(job)
