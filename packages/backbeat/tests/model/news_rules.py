"""What is told of running jobs, to those who watch them, and to workers."""

from typing import Final

import hypothesis.strategies as st
from hypothesis.stateful import rule

from backbeat.engine.calls.control import parse_pause_worker, pause_worker_args
from backbeat.engine.calls.read import parse_watch, watch_args
from backbeat.engine.calls.worker import Report, parse_report, report_args
from backbeat.engine.states import TERMINAL
from packages.backbeat.tests.model.endings import attempts_of
from packages.backbeat.tests.model.stage import JOB_IDS, WATCHERS, WORKERS, Stage, refused
from packages.backbeat.tests.support.queue_bench import BenchWorker

# The most are more than a log keeps.
LINES: Final = st.sampled_from([0, 1, 2, 1_001])


class NewsRules(Stage):
    """Reports, watchers, mailboxes."""

    @rule(worker=WORKERS, data=st.data())
    def report(self, worker: BenchWorker, data: st.DataObject) -> None:
        """Progress and log lines of attempts, valid or not; sent again it has no second effect."""
        attempts = st.lists(
            attempts_of(self.model, worker.number), min_size=1, max_size=3,
            unique_by=lambda attempt: attempt[0],
        )  # fmt: skip
        reports = [
            Report(
                job_id, ticket, self.new_text() if data.draw(st.booleans()) else b"",
                [self.new_text() for _ in range(data.draw(LINES))],
            )
            for job_id, ticket in data.draw(attempts)
        ]  # fmt: skip
        args = report_args(reports, worker.next_report())
        if not self.is_known(worker):
            refused(lambda: worker.run("report", *args))
            return
        lost = self.model.report(reports)
        assert parse_report(worker.run("report", *args)) == tuple(lost)
        assert parse_report(worker.run("report", *args)) == tuple(lost)

    @rule(session=WATCHERS, job_id=JOB_IDS)
    def watch(self, session: str, job_id: str) -> None:
        """Ask to be told of a job; how it ended, if it has."""
        answer = parse_watch(self.bench.run("watch", session, *watch_args(job_id)))
        job = self.model.jobs.get(job_id)
        if job is None:
            assert answer == (None, b"")
        elif job.state in TERMINAL:
            assert answer == (job.state, job.result)
        else:
            assert answer is None
            job.watchers += [session] if session not in job.watchers else []

    @rule(session=WATCHERS, job_id=JOB_IDS)
    def unwatch(self, session: str, job_id: str) -> None:
        """Ask to be told no more."""
        watched = self.bench.run("unwatch", session, *watch_args(job_id))
        job = self.model.jobs.get(job_id)
        is_watched = job is not None and session in job.watchers
        assert watched == int(is_watched)
        if job is not None and is_watched:
            job.watchers.remove(session)

    @rule()
    def read_letters(self) -> None:
        """Watchers take what they were told."""
        self.compare_letters()

    @rule(number=st.integers(1, 6), paused=st.booleans())
    def pause_a_worker(self, number: int, paused: bool) -> None:
        """Have a worker claim no more, or again; it reads that in its mailbox."""
        args = pause_worker_args(number, paused=paused)
        was_told = parse_pause_worker(self.bench.me.call("pause_worker", *args))
        letter = "pause|" if paused else "resume|"
        assert was_told == bool(self.model.write_to([number], letter))

    @rule(worker=WORKERS)
    def read_mailbox(self, worker: BenchWorker) -> None:
        """A worker takes the commands that lie there for it."""
        self.bench.client.delete(self.bench.keys.mailbox(worker.number))
        if self.is_known(worker):
            self.model.workers[worker.number].mailbox.clear()
