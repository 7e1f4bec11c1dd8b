"""A random life of a queue, with everything that can go wrong between it and its clients.

The oracle is simple: each job that was added ends exactly once (finished, failed, cancelled or
removed), nobody gets a job that another one validly holds, and at the end nothing is left.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import redis

from backbeat.engine.calls.control import (
    parse_count,
    parse_more,
    parse_moved,
    parse_remove,
    retry_args,
    set_priority_args,
)
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.calls.tick import Claim, Outcomes
from backbeat.engine.calls.worker import (
    Report,
    expire_end_args,
    expire_return_args,
    parse_report,
    report_args,
)
from backbeat.engine.codes import StaleCall
from backbeat.engine.record import body_of
from backbeat.errors import LeaseLost
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench, Session, job

LOST_REPLIES: Final = 0.2
_LEASE_MS: Final = 5_000
_MAX_STALLED: Final = 3


@dataclass
class Attempt:
    """A job in a worker's hands: how the oracle knows who holds what."""

    job_id: str
    ticket: int
    body: bytes
    run: bytes


@dataclass
class Hands:
    """A worker and what it thinks it runs. `alive` ends when it dies or learns that it is lost."""

    worker: BenchWorker
    holds: dict[str, Attempt] = field(default_factory=dict)
    outcomes: Outcomes = field(default_factory=Outcomes)
    told: list[tuple[str, Attempt]] = field(default_factory=list)
    alive: bool = True


class Chaos:
    """One seeded run.

    Attributes:
        tally: How often each thing happened.
    """

    def __init__(self, client: redis.Redis, seed: int) -> None:
        """Prepare a queue with three producers and four workers."""
        self.random = random.Random(seed)
        self.bench = QueueBench(client)
        self.bench.call = self._call
        self.tally: Counter[str] = Counter()
        # What the oracle knows: the body of every job that has not ended, who validly holds it,
        # how often its workers vanished, whose cancel is requested, and how bodies ended.
        self.live: dict[str, bytes] = {}
        self.valid: dict[str, tuple[int, int]] = {}
        self.crashes: Counter[str] = Counter()
        self.wished: set[str] = set()
        self.ended: dict[str, bytes] = {}
        self.ends: Counter[bytes] = Counter()
        self.second_lives: Counter[bytes] = Counter()
        self.sessions = [Session(self.bench, f"p{number}") for number in range(3)]
        self.sessions[0].configure(keep_completed=60, keep_failed=60, keep_cancelled=60)
        self.hands = [self._hire() for _ in range(4)]
        self.generation = 0
        self.newest = 0

    def live_through(self, steps: int) -> None:
        """Do random things, then let the workers finish what is left, and check the end."""
        doings = (
            (26, self._add), (44, self._work), (3, self._lose_a_worker), (3, self._renew),
            (5, self._remove), (4, self._cancel), (3, self._reschedule), (3, self._prioritise),
            (2, self._promote), (3, self._retry), (3, self._report), (2, self._expire),
            (3, self._late_duplicate), (1, self._pause_for_a_while), (1, self._compact),
        )  # fmt: skip
        weights = [weight for weight, _ in doings]
        for step in range(steps):
            self.bench.wait(self.random.randint(0, 20))
            self.random.choices(doings, weights)[0][1]()
            if step % 250 == 0:
                check(self.bench.client, self.bench.keys)
        self._finish_everything()
        self._check_the_end()

    def _call(self, script: str, args: Sequence[Arg]) -> Reply:
        """A reply may be lost any number of times; the call is then sent again unchanged."""
        while True:
            reply = self.bench.call_once(script, args)
            if self.random.random() >= LOST_REPLIES:
                return reply
            self.tally["lost replies"] += 1

    def _hire(self) -> Hands:
        return Hands(self.bench.worker(f"w{self.random.getrandbits(30)}", _LEASE_MS))

    # Producers and operators

    def _add(self) -> None:
        count = self.random.randint(1, 8)
        new = [self._job(f"j{self.newest + number}") for number in range(count)]
        self.newest += count
        self._add_jobs(new)

    def _job(self, job_id: str, *, replace: bool = False) -> NewJob:
        self.generation += 1
        chance = self.random.random()
        return job(
            job_id,
            payload=b"%d" % self.generation,
            priority=self.random.randint(0, 10) if chance < 0.15 else 5,
            lifo=0.10 < chance < 0.20,
            due_ms=self.bench.now_ms + self.random.randint(1, 200) if chance > 0.85 else 0,
            replace=replace,
        )

    def _add_jobs(self, new: list[NewJob]) -> None:
        session = self.random.choice(self.sessions)
        for entry, added in zip(new, session.add(*new), strict=True):
            if added == "created":
                assert entry.id not in self.live, f"{entry.id} was added twice"
                self.live[entry.id] = body_of(entry.record)
                self.ended.pop(entry.id, None)
            elif added == "existing":
                assert entry.id in self.live, f"{entry.id} is free and was refused"
            else:
                assert entry.id in self.ended, f"{entry.id} never ended and counts as kept"

    def _some_id(self) -> str:
        return f"j{self.random.randint(max(0, self.newest - 60), max(1, self.newest))}"

    def _remove(self) -> None:
        job_id = self._some_id()
        removed, active = parse_remove(self.random.choice(self.sessions).call("remove", job_id))
        if active:
            assert job_id in self.valid
        elif removed:
            if job_id in self.live:
                self._end(job_id, "removed")
            self.ended.pop(job_id, None)
            if self.random.random() < 0.7:
                self.tally["added anew"] += 1
                self._add_jobs([self._job(job_id)])
        else:
            assert job_id not in self.live

    def _cancel(self) -> None:
        job_id = self._some_id()
        answer = self.random.choice(self.sessions).cancel(job_id)
        if answer == "cancelled":
            assert job_id in self.live and job_id not in self.valid
            self._end(job_id, "cancelled")
            if self.random.random() < 0.5:
                self._add_jobs([self._job(job_id, replace=True)])
        elif answer == "flagged":
            assert job_id in self.valid
            self.wished.add(job_id)
        else:
            assert job_id not in self.live

    def _reschedule(self) -> None:
        due_ms = self.bench.now_ms + self.random.randint(-50, 200)
        self._move("reschedule", self._some_id(), due_ms)

    def _prioritise(self) -> None:
        job_id, priority = self._some_id(), self.random.randint(0, 10)
        args = set_priority_args(job_id, priority, lifo=self.random.random() < 0.3)
        self._move("set_priority", *args)

    def _move(self, script: str, job_id: Arg, *args: Arg) -> None:
        answer = parse_moved(self.random.choice(self.sessions).call(script, job_id, *args))
        assert (answer == "ok") == (job_id in self.live and job_id not in self.valid)
        self.tally[f"{script} {answer}"] += 1

    def _promote(self) -> None:
        ids = {self._some_id() for _ in range(5)}
        parse_count(self.random.choice(self.sessions).call("promote", *ids))

    def _retry(self) -> None:
        if not self.ended:
            return
        job_id = self.random.choice(list(self.ended))
        args = retry_args([job_id], reset_fails=True)
        if parse_count(self.random.choice(self.sessions).call("retry", *args)) == 1:
            self.tally["run again"] += 1
            self.live[job_id] = self.ended.pop(job_id)
            self.second_lives[self.live[job_id]] += 1
            self.crashes.pop(job_id, None)

    def _pause_for_a_while(self) -> None:
        session = self.random.choice(self.sessions)
        session.configure(paused=1)
        for _ in range(3):
            self._add()
        hands = self.random.choice(self.hands)
        if hands.alive:
            assert not self._tick(hands, 5)
        session.configure(paused="")

    def _compact(self) -> None:
        self.bench.run("compact")
        self.bench.run("janitor")

    def _late_duplicate(self) -> None:
        """Bytes left in a dead connection arrive after the calls that followed."""
        session = self.random.choice(self.sessions)
        if len(session.sent) > 1:
            self._refused(lambda: session.repeat(self.random.randint(2, min(9, len(session.sent)))))
        worker = self.random.choice(self.hands).worker
        if len(worker.sent) > 1:
            self._refused(lambda: worker.repeat(self.random.randint(2, min(9, len(worker.sent)))))

    def _refused(self, send: Callable[[], object]) -> None:
        try:
            send()
        except (StaleCall, LeaseLost):
            self.tally["late duplicates refused"] += 1
        else:
            raise AssertionError("a late duplicate was taken for a new call")

    # Workers

    def _work(self) -> None:
        hands = self.random.choice(self.hands)
        if not hands.alive:
            return
        for attempt in list(hands.holds.values()):
            if self.random.random() < 0.5:
                self._decide(hands, attempt)
        self._tick(hands, self.random.randint(0, 6))

    def _decide(self, hands: Hands, attempt: Attempt, *, finish: bool = False) -> None:
        del hands.holds[attempt.job_id]
        chance = 1.0 if finish else self.random.random()
        job_id, ticket = attempt.job_id, attempt.ticket
        run, line = _failed_once_more(attempt.run), b'{"outcome":"failed"}\n'
        if chance < 0.12:
            due_ms = self.bench.now_ms + self.random.randint(-5, 60)
            hands.outcomes.put_back(job_id, ticket, due_ms, run, line)
            hands.told.append(("returned", attempt))
        elif chance < 0.15:
            hands.outcomes.put_back(job_id, ticket, 0)
            hands.told.append(("returned", attempt))
        elif chance < 0.20:
            state = "failed" if chance < 0.18 else "cancelled"
            hands.outcomes.end(job_id, ticket, state, b'{"error":"E"}', line)
            hands.told.append((state, attempt))
        else:
            result = b'"r"' if self.random.random() < 0.5 else None
            hands.outcomes.finish(job_id, ticket, result)
            if self.random.random() < 0.1:
                hands.outcomes.extra(job_id, self.random.choice(["0", "k500"]))
            hands.told.append(("completed", attempt))

    def _tick(self, hands: Hands, want: int) -> list[Attempt]:
        outcomes, told = hands.outcomes.take(), hands.told
        hands.told = []
        try:
            claim = hands.worker.tick(want, outcomes)
        except LeaseLost:
            self.tally["stale outcomes refused"] += len(told)
            self._replace(hands)
            return []
        lost = set(claim.lost)
        for outcome, attempt in told:
            if attempt.job_id in lost:
                assert self._holder(attempt.job_id) != (hands.worker.number, attempt.ticket)
                self.tally["stale outcomes refused"] += 1
            else:
                self._accept(hands, outcome, attempt)
        return self._take_on(hands, claim)

    def _accept(self, hands: Hands, outcome: str, attempt: Attempt) -> None:
        job_id = attempt.job_id
        assert self._holder(job_id) == (hands.worker.number, attempt.ticket), "a stale outcome"
        assert self.live[job_id] == attempt.body, "an outcome of an earlier job of this id"
        del self.valid[job_id]
        if outcome != "returned":
            self._end(job_id, outcome)
        elif job_id in self.wished:
            self._end(job_id, "cancelled")
        else:
            self.tally["returned"] += 1

    def _take_on(self, hands: Hands, claim: Claim) -> list[Attempt]:
        taken = []
        for job_id, record, run in claim.jobs:
            assert job_id not in self.valid, f"{job_id} is held by {self._holder(job_id)} already"
            assert self.live.get(job_id) == body_of(record), f"{job_id} has ended or is another job"
            attempt = Attempt(job_id, claim.ticket, body_of(record), run)
            self.valid[job_id] = (hands.worker.number, claim.ticket)
            hands.holds[job_id] = attempt
            taken.append(attempt)
        return taken

    def _holder(self, job_id: str) -> tuple[int, int] | None:
        return self.valid.get(job_id)

    def _lose_a_worker(self) -> None:
        """A worker falls silent beyond its lease; half of them live on and have to be refused."""
        hands = self.random.choice(self.hands)
        self.bench.client.zadd(self.bench.key("leases"), {str(hands.worker.number): 1})
        self.bench.reclaim()
        self.tally["reclaims"] += 1
        self._note_reclaimed()
        if self.random.random() < 0.5:
            self._replace(hands)

    def _note_reclaimed(self) -> None:
        """Ask who is registered still: a reclaim whose reply was lost took two workers."""
        numbers = {worker for worker, _ in self.valid.values()}
        gone = {
            number for number in numbers
            if not self.bench.client.hexists(self.bench.key("workers"), str(number))
        }  # fmt: skip
        for job_id, (worker, _) in list(self.valid.items()):
            if worker in gone:
                self._after_crash(job_id)

    def _after_crash(self, job_id: str) -> None:
        del self.valid[job_id]
        self.crashes[job_id] += 1
        if self.crashes[job_id] > _MAX_STALLED:
            self._end(job_id, "failed")
        elif job_id in self.wished:
            self._end(job_id, "cancelled")

    def _replace(self, hands: Hands) -> None:
        hands.alive = False
        self.hands[self.hands.index(hands)] = self._hire()

    def _renew(self) -> None:
        for hands in list(self.hands):
            try:
                renewal = hands.worker.renew()
            except LeaseLost:
                self._replace(hands)
                continue
            held = {
                job_id
                for job_id, (worker, _) in self.valid.items()
                if worker == hands.worker.number
            }
            assert renewal.active == len(held)
            assert set(renewal.cancels) == held & self.wished

    def _report(self) -> None:
        hands = self.random.choice(self.hands)
        reports = [
            Report(attempt.job_id, attempt.ticket, b'{"at":1}', [b"a line"])
            for attempt in list(hands.holds.values())[:3]
        ]
        if not reports:
            return
        try:
            lost = parse_report(hands.worker.run("report", *report_args(reports)))
        except LeaseLost:
            return
        for report in reports:
            valid = self._holder(report.job_id) == (hands.worker.number, report.ticket)
            assert (report.job_id in lost) != valid

    def _expire(self) -> None:
        """The keeper ends an attempt that its worker cannot; the worker's own outcome is late."""
        hands = self.random.choice(self.hands)
        if not hands.holds:
            return
        attempt = self.random.choice(list(hands.holds.values()))
        ends = self.random.random() < 0.5
        run = _failed_once_more(attempt.run)
        args = (
            expire_end_args(attempt.job_id, attempt.ticket, "failed", run, b'{"error":"T"}')
            if ends
            else expire_return_args(attempt.job_id, attempt.ticket, self.bench.now_ms + 5, run)
        )
        valid = self._holder(attempt.job_id) == (hands.worker.number, attempt.ticket)
        try:
            hands.worker.run("expire", *args)
        except LeaseLost:
            return
        if valid:
            self.tally["expired"] += 1
            self._accept(hands, "failed" if ends else "returned", attempt)

    # The end

    def _end(self, job_id: str, how: str) -> None:
        body = self.live.pop(job_id)
        self.ends[body] += 1
        assert self.ends[body] <= 1 + self.second_lives[body], f"{job_id} ended twice"
        self.wished.discard(job_id)
        self.crashes.pop(job_id, None)
        self.tally[how] += 1
        if how != "removed":
            self.ended[job_id] = body

    def _finish_everything(self) -> None:
        for _ in range(2_000):
            if not self.live:
                return
            self.bench.wait(50)
            for hands in list(self.hands):
                for attempt in list(hands.holds.values()):
                    self._decide(hands, attempt, finish=True)
                self._tick(hands, 20)
        raise AssertionError(f"{len(self.live)} jobs are stuck")

    def _check_the_end(self) -> None:
        counts = self.bench.counts()
        assert (counts.waiting, counts.delayed, counts.active) == (0, 0, 0)
        for hands in self.hands:
            self._tick(hands, 1)
        seen = check(self.bench.client, self.bench.keys)
        assert seen.number("tomb") == 0, "a tombstone is left"
        assert not seen.lists["waiting"] and not seen.lists["front"] and not seen.hashes["gone"]
        assert set(seen.hashes["jobs"]) <= set(self.ended), "a job is left that nobody knows"
        assert max(self.ends.values(), default=0) <= 1 + max(self.second_lives.values(), default=0)
        session = self.sessions[0]
        parse_more(session.call("drain", 1, 1))


def _failed_once_more(run: bytes) -> str:
    starts, fails, crashes, snoozes = (int(part) for part in (run or b"0:0:0:0").split(b":")[:4])
    return f"{starts + 1}:{fails + 1}:{crashes}:{snoozes}:retry"
