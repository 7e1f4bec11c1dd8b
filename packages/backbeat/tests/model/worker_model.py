"""What workers do, and what is done to them, in plain Python."""

from collections.abc import Sequence

from backbeat.engine.calls.worker import Report
from backbeat.engine.states import TERMINAL, State
from packages.backbeat.tests.model.model_job import Ending, ModelJob, ModelWorker
from packages.backbeat.tests.model.places import Places

CRASHES_IN_COMPANY = 2


class WorkerModel(Places):
    """The commands of workers, and of whoever tells them something."""

    def register(self, lease_ms: int) -> int:
        """A new worker."""
        deadline_ms = self.now_ms + lease_ms
        if deadline_ms < min((each.deadline_ms for each in self.workers.values()), default=0):
            self.write_to(list(self.workers), "lease|")
        self.registered += 1
        self.workers[self.registered] = ModelWorker(self.registered, deadline_ms)
        return self.registered

    def tick(
        self, ticket: int, want: int, endings: Sequence[Ending]
    ) -> tuple[list[str], list[str]]:
        """Ids that were lost, and ids that were claimed. The endings come in the order of parts."""
        lost = self.end_attempts(endings)
        self._promote_due()
        self.lines.wake(self.now_ms)
        return lost, self._claim(ticket, min(want, self.room()))

    def end_attempts(self, endings: Sequence[Ending]) -> list[str]:
        """End attempts; the ids of those that were not valid any more."""
        valid, lost = list[Ending](), list[str]()
        for ending in endings:
            job = self.jobs.get(ending.job_id)
            known = job is not None and job.state is State.ACTIVE and job.ticket == ending.ticket
            if known and ending.job_id not in {other.job_id for other in valid}:
                valid.append(ending)
            else:
                lost.append(ending.job_id)
        for ending in valid:
            if ending.run is not None:
                self.jobs[ending.job_id].run, self.jobs[ending.job_id].ran = ending.run, True
            self.jobs[ending.job_id].history += ending.history
        self._end_all(State.COMPLETED, valid)
        self.return_jobs(
            [
                (self.jobs[ending.job_id], ending.due_ms)
                for ending in valid
                if ending.state not in TERMINAL
            ]
        )
        self._end_all(State.FAILED, valid)
        self._end_all(State.CANCELLED, valid)
        return lost

    def report(self, reports: Sequence[Report]) -> list[str]:
        """Take progress and log lines of attempts; the ids of those that are over."""
        lost, moved = [], []
        for report in reports:
            job = self.jobs.get(report.job_id)
            if job is None or job.state is not State.ACTIVE or job.ticket != report.ticket:
                lost.append(report.job_id)
                continue
            job.write(list(report.lines))
            if report.progress:
                job.progress = report.progress
                moved.append(job)
        for job in moved:
            self.tell("progress", job, job.progress)
        return lost

    def hand_back(self, number: int, *, crashed: bool) -> tuple[int, int]:
        """Take a worker's jobs from it, and forget it: how many went back, how many failed."""
        del self.workers[number]
        dead, back = list[tuple[ModelJob, bytes]](), list[tuple[ModelJob, int]]()
        jobs = self.active_of(number)
        for job in jobs:
            starts, fails, crashes, snoozes = job.run
            # In company a crash counts until each of them is a suspect.
            suspect = crashes >= min(CRASHES_IN_COMPANY, self.max_stalled)
            blamed = crashed and (len(jobs) == 1 or not suspect)
            job.run = (starts + 1, fails, crashes + blamed, snoozes)
            job.ran = True
            if crashed:
                job.history += _vanished(starts + 1, number, self.now_ms)
            if blamed and job.run[2] > self.max_stalled:
                dead.append((job, _stalled(job.run[2])))
            else:
                back.append((job, 0))
        self.end(State.FAILED, dead)
        self.return_jobs(back)
        return len(back), len(dead)

    def expired(self) -> int | None:
        """The worker whose lease has been over for longest."""
        over = [worker for worker in self.workers.values() if worker.deadline_ms <= self.now_ms]
        over.sort(key=lambda worker: (worker.deadline_ms, str(worker.number)))
        return over[0].number if over else None

    def write_to(self, numbers: Sequence[int], letter: str) -> int:
        """Put a command into the mailboxes of workers; how many there are of them."""
        known = [self.workers[number] for number in numbers if number in self.workers]
        for worker in known:
            worker.mailbox.append(letter)
        return len(known)

    def _end_all(self, state: State, endings: Sequence[Ending]) -> None:
        ended = [ending for ending in endings if ending.state is state]
        rules = {ending.job_id: ending.keep for ending in ended}
        self.end(state, [(self.jobs[ending.job_id], ending.result) for ending in ended], rules)

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

    def _promote_due(self) -> None:
        for job in [self.jobs[job_id] for job_id in self.ids(State.DELAYED)]:
            if job.due_ms <= self.now_ms:
                self.line_up(job)


def _vanished(attempt: int, worker: int, ended_ms: int) -> bytes:
    about = f'"attempt":{attempt},"worker":"{worker}","ended":{ended_ms},"outcome":"stalled"'
    return f"{{{about}}}\n".encode()


def _stalled(crashes: int) -> bytes:
    message = f"its worker vanished {crashes} times"
    return f'{{"error":"Stalled","message":"{message}","reason":"stalled"}}'.encode()
