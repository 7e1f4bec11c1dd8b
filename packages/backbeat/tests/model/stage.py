"""What all commands of the model test act on: a queue, its model, and what must hold of both."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import hypothesis.strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant

from backbeat.engine.codes import StaleCall
from backbeat.engine.states import TERMINAL, State
from backbeat.errors import LeaseLost
from packages.backbeat.tests.model.model import Model
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench
from packages.backbeat.tests.support.servers import Store

if TYPE_CHECKING:
    from backbeat.engine.calls.tick import Claim

WORKERS: Final = Bundle[BenchWorker]("workers")
JOB_IDS: Final = st.sampled_from("abcdefgh")
SOME_IDS: Final = st.lists(JOB_IDS, min_size=1, max_size=4)
WATCHERS: Final = st.sampled_from(["s", "t"])
PRIORITIES: Final = st.just(5) | st.integers(0, 10)
MOMENTS: Final = st.integers(-20, 200)
_WAITING_PLACES: Final = ("waiting", "priority", "group:")


class Stage(RuleBasedStateMachine):
    """A queue and its model; mixins bring the commands, subclasses say on what store."""

    store: Callable[[], Store]

    def begin(self, ageing_ms: int | None, max_stalled: int) -> None:
        """An empty queue that keeps every ended job."""
        client = type(self).store().client
        client.flushall()
        self.bench = QueueBench(client)
        self.model = Model(self.bench.now_ms, ageing_ms, max_stalled)
        self.made = 0
        self.claims: dict[int, Claim] = {}
        self.bench.me.configure(
            keep_completed=-1, keep_failed=-1, keep_cancelled=-1,
            keep_completed_ms=-1, keep_failed_ms=-1, keep_cancelled_ms=-1,
            ageing=ageing_ms or "", max_stalled=max_stalled,
        )  # fmt: skip

    @invariant()
    def each_job_is_where_the_model_says(self) -> None:
        """Keys in order, each job in one state and the same as in the model, counts that add up."""
        seen = check(self.bench.client, self.bench.keys)
        jobs = self.model.jobs
        states = {
            job_id: State.WAITING if place.startswith(_WAITING_PLACES) else State(place)
            for job_id, (place,) in seen.places.items()
        }
        assert states == {job_id: job.state for job_id, job in jobs.items()}
        for name, told in (
            ("jobs", {job.job_id: job.record for job in jobs.values()}),
            ("history", {job.job_id: job.history for job in jobs.values()}),
            ("progress", {job.job_id: job.progress for job in jobs.values()}),
            ("results", {job.job_id: job.result for job in jobs.values() if job.state in TERMINAL}),
        ):
            expected = {job_id: text.decode() for job_id, text in told.items() if text}
            assert seen.hashes[name] == expected, name
        watchers = {job.job_id: ",".join(job.watchers) for job in jobs.values() if job.watchers}
        assert seen.hashes["watchers"] == watchers
        sizes = {job.job_id: str(job.kept_bytes) for job in jobs.values() if job.kept_bytes}
        assert seen.hashes["kept_sizes"] == sizes

    @invariant()
    def counts_add_up(self) -> None:
        """Jobs in each state, and all that ended ever."""
        counts = self.bench.counts()
        for state in State:
            assert counts.of(state) == len(self.model.ids(state)), state
        for state, ever in self.model.ended_ever.items():
            assert getattr(counts, f"total_{state}") == ever

    @invariant()
    def everybody_was_told(self) -> None:
        """Logs, letters to watchers and commands to workers, each in its order, and no others."""
        jobs, keys = self.model.jobs.values(), self.bench.keys
        expected = {keys.log(job.job_id): job.log for job in jobs}
        for session, letters in self.model.letters.items():
            expected[keys.replies(session)] = [letter.encode() for letter in letters]
        for worker in self.model.workers.values():
            commands = [letter.encode() for letter in worker.mailbox]
            expected[keys.mailbox(worker.number)] = commands
        expected = {key: entries for key, entries in expected.items() if entries}
        kinds = ("log:", "replies:", "mailbox:")
        found = {keys.prefix + key for key in self.bench.all_keys() if key.startswith(kinds)}
        assert found == set(expected)
        assert {key: self.bench.entries(key) for key in expected} == expected

    @invariant()
    def whoever_could_work_is_awake(self) -> None:
        """Nobody takes tokens here, so one must lie there while something can be claimed."""
        if self.model.may_claim():
            assert self.bench.has_token()

    def new_worker(self, lease_ms: int) -> BenchWorker:
        """Register a worker."""
        worker = self.bench.worker(f"w{self.model.registered}", lease_ms)
        assert worker.number == self.model.register(lease_ms)
        return worker

    def compare_letters(self) -> None:
        """What watchers were told, in whatever order; and they have read it."""
        for session, letters in self.model.letters.items():
            key = self.bench.keys.replies(session)
            assert sorted(self.bench.entries(key)) == sorted(letter.encode() for letter in letters)
            self.bench.client.delete(key)
        self.model.letters.clear()

    def is_known(self, worker: BenchWorker) -> bool:
        """Whether a worker is still registered."""
        return worker.number in self.model.workers

    def new_text(self) -> bytes:
        """A text that was not there before."""
        self.made += 1
        return b"%d" % self.made


def refused(call: Callable[[], object]) -> None:
    """Assert that a call is refused because it is void."""
    try:
        call()
    except (LeaseLost, StaleCall):
        return
    raise AssertionError("a call that is void was carried out")
