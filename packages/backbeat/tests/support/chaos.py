"""A random life of a queue, with everything that can go wrong between it and its clients."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import redis

from backbeat.engine.calls.control import (
    clean_args,
    drain_args,
    parse_count,
    parse_more,
    parse_moved,
    parse_remove,
    parse_update_data,
    retry_args,
    set_priority_args,
    update_data_args,
)
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.read import parse_watch, watch_args
from backbeat.engine.calls.reply import Arg, Reply, items
from backbeat.engine.calls.tick import Claim, EndState, Outcomes, parse_tick
from backbeat.engine.calls.worker import (
    Report,
    expire_end_args,
    expire_return_args,
    parse_census,
    parse_report,
    report_args,
)
from backbeat.engine.codes import StaleCall
from backbeat.engine.record import body_of
from backbeat.engine.states import State
from backbeat.errors import LeaseLost
from packages.backbeat.tests.support.group_invariants import groups_keep_their_limits
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.oracle import Oracle
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench, Session, job

LOST_REPLIES: Final = 0.2
GROUPS: Final = ("one", "two", "line", "rate", "free")
_LEASE_MS: Final = 5_000
_NUMBERED: Final = frozenset(
    {
        "cancel", "clean", "configure", "drain", "enqueue", "promote", "remove", "reschedule",
        "retry", "set_priority", "update_data",
    }
)  # fmt: skip


@dataclass
class Unanswered:
    """A call whose reply was lost: its sender makes no other until it has sent it again.

    Attributes:
        script: The script.
        args: What it was sent with, and will be again.
        reply: What the server answered, which is the truth.
        between: How many others act before it is sent again.
    """

    script: str
    args: Sequence[Arg]
    reply: Reply
    between: int


@dataclass(frozen=True)
class Attempt:
    """A job in a worker's hands."""

    job_id: str
    ticket: int
    body: bytes
    run: bytes


@dataclass
class Hands:
    """A worker: what it thinks it runs, and what it will say in its next tick."""

    worker: BenchWorker
    holds: dict[str, Attempt] = field(default_factory=dict)
    outcomes: Outcomes = field(default_factory=Outcomes)
    said: list[tuple[str, Attempt]] = field(default_factory=list)

    def decide(self, attempt: Attempt, outcome: str) -> None:
        """Say in the next tick how an attempt ended."""
        del self.holds[attempt.job_id]
        self.said.append((outcome, attempt))


class Chaos:
    """One seeded run.

    Attributes:
        oracle: What happened in truth.
    """

    def __init__(self, client: redis.Redis, seed: int) -> None:
        """Prepare a queue with four producers and four workers."""
        self.random = random.Random(seed)
        self._unanswered: dict[str, Unanswered] = {}
        self.bench = QueueBench(client)
        self.bench.call = self._call
        self.oracle = Oracle()
        self.tally = self.oracle.tally
        self.sessions = [Session(self.bench, f"p{number}") for number in range(4)]
        self._session().configure(keep_completed=60, keep_failed=60, keep_cancelled=60)
        self._session().rule("one", concurrency=1)
        self._session().rule("two", concurrency=2, weight=3)
        self._session().rule("line", ordered=1, priority=6)
        self._session().rule("rate", starts=5, ms=100)
        self.hands = [self._hire() for _ in range(4)]
        self.bodies = 0
        self.newest = 0

    def live_through(self, steps: int) -> None:
        """Do random things, then let the workers finish what is left, and look at the end."""
        doings: list[tuple[float, Callable[[], None]]] = [
            (26, self._add), (44, self._work), (3, self._lose_a_worker), (3, self._renew),
            (5, self._remove), (4, self._cancel), (3, self._reschedule), (3, self._prioritise),
            (2, self._promote), (3, self._retry), (6, self._report), (2, self._expire),
            (3, self._late_duplicate), (1, self._pause_for_a_while), (1, self._compact),
            (0.5, self._leave), (1, self._census), (0.5, self._clean),
            (1, self._update), (1, self._watch),
        ]  # fmt: skip
        weights = [weight for weight, _ in doings]
        for step in range(steps):
            self.bench.wait(self.random.randint(0, 20))
            self.random.choices(doings, weights)[0][1]()
            self._others_have_acted()
            if step == steps // 2:
                self._drain()
            if step % 250 == 0:
                groups_keep_their_limits(check(self.bench.client, self.bench.keys))
        self._send_all_again()
        self._finish_everything()
        self._look_at_the_end()

    def _call(self, script: str, args: Sequence[Arg]) -> Reply:
        """A reply may be lost any number of times; the call is then sent again unchanged.

        Of calls that carry a number, half are sent again after others have acted. What the server
        did is the truth at once; its sender learns of it later, and is left alone until then.
        """
        while True:
            reply = self.bench.call_once(script, args)
            if self.random.random() >= LOST_REPLIES:
                return reply
            self.tally["lost replies"] += 1
            sender = _sender(script, args)
            if sender is not None and self._patient and self.random.random() < 0.5:
                between = self.random.randint(1, 3)
                self._unanswered[sender] = Unanswered(script, args, reply, between)
                return reply

    @property
    def _patient(self) -> bool:
        """Whether a producer and a worker are left who can act before a call is sent again."""
        return len(self._unanswered) < 3

    def _others_have_acted(self) -> None:
        for sender, call in list(self._unanswered.items()):
            call.between -= 1
            if call.between < 0:
                self._send_again(sender)

    def _send_all_again(self) -> None:
        for sender in list(self._unanswered):
            self._send_again(sender)

    def _send_again(self, sender: str) -> None:
        call = self._unanswered.pop(sender)
        self.tally["others acted before the call was sent again"] += 1
        try:
            again = self.bench.call_once(call.script, call.args)
        except LeaseLost:
            assert call.script == "tick"
            assert int(call.args[1]) not in self._registered(), "a worker is not known any more"
            return
        if call.script == "tick":
            self._compare(parse_tick(call.reply), parse_tick(again), int(call.args[1]))
        elif call.script == "enqueue":
            # The first word says that it is an answer given before.
            assert items(again, 3)[1:] == items(call.reply, 3)[1:]
        else:
            assert _words(again) == _words(call.reply), f"{call.script} was answered in two ways"

    def _compare(self, first: Claim, again: Claim, number: int) -> None:
        """A claim that is given again lacks only what somebody else has ended meanwhile."""
        assert (again.ticket, again.fence, again.lost) == (first.ticket, first.fence, first.lost)
        given = {job_id for job_id, _, _ in again.jobs}
        for job_id, _, _ in first.jobs:
            held = self.oracle.holders.get(job_id) == (number, first.ticket)
            assert held == (job_id in given), f"{job_id} is missing, or should be"

    def _registered(self) -> set[int]:
        keys = self.bench.client.hkeys(self.bench.key("workers"))
        return {int(number) for number in keys}

    def _session(self) -> Session:
        return self.random.choice([each for each in self.sessions if self._is_free(each.sid)])

    def _some_hands(self) -> Hands:
        return self.random.choice([each for each in self.hands if self._is_free(each.worker.sid)])

    def _is_free(self, sid: str) -> bool:
        return sid not in self._unanswered

    def _hire(self) -> Hands:
        return Hands(self.bench.worker(f"w{self.random.getrandbits(30)}", _LEASE_MS))

    def _replace(self, hands: Hands) -> None:
        self.hands[self.hands.index(hands)] = self._hire()

    # Producers and operators

    def _add(self) -> None:
        count = self.random.randint(1, 8)
        self._add_jobs([self._job(f"j{self.newest + number}") for number in range(count)])
        self.newest += count

    def _add_jobs(self, new: list[NewJob]) -> None:
        for entry, answer in zip(new, self._session().add(*new), strict=True):
            self.oracle.added(entry.id, body_of(entry.record), answer)

    def _job(self, job_id: str, *, replace: bool = False) -> NewJob:
        self.bodies += 1
        chance = self.random.random()
        return job(
            job_id,
            payload=b"%d" % self.bodies,
            group=self.random.choice(GROUPS) if self.random.random() < 0.15 else "",
            priority=self.random.randint(0, 10) if chance < 0.15 else 5,
            lifo=0.10 < chance < 0.20,
            due_ms=self.bench.now_ms + self.random.randint(1, 200) if chance > 0.85 else 0,
            replace=replace,
        )

    def _some_id(self) -> str:
        return f"j{self.random.randint(max(0, self.newest - 60), max(1, self.newest))}"

    def _remove(self) -> None:
        job_id = self._some_id()
        removed, active = parse_remove(self._session().call("remove", job_id))
        assert bool(active) == (job_id in self.oracle.holders)
        if not removed:
            assert active or job_id not in self.oracle.live
            return
        if job_id in self.oracle.live:
            self.oracle.end(job_id, "removed")
        self.oracle.ended.pop(job_id, None)
        if self.random.random() < 0.7:
            self.tally["added anew"] += 1
            self._add_jobs([self._job(job_id)])

    def _cancel(self) -> None:
        job_id = self._some_id()
        answer = self._session().cancel(job_id)
        assert (answer == "flagged") == (job_id in self.oracle.holders)
        assert (answer == "cancelled") == self.oracle.waits(job_id)
        if answer == "flagged":
            self.oracle.wished.add(job_id)
        elif answer == "cancelled":
            self.oracle.end(job_id, "cancelled")
            if self.random.random() < 0.5:
                self._add_jobs([self._job(job_id, replace=True)])

    def _reschedule(self) -> None:
        due_ms = self.bench.now_ms + self.random.randint(-50, 200)
        self._move("reschedule", self._some_id(), due_ms)

    def _prioritise(self) -> None:
        job_id, priority = self._some_id(), self.random.randint(0, 10)
        lifo = self.random.random() < 0.3
        self._move("set_priority", *set_priority_args(job_id, priority, lifo=lifo))

    def _move(self, script: str, job_id: Arg, *args: Arg) -> None:
        answer = parse_moved(self._session().call(script, job_id, *args))
        assert (answer == "ok") == self.oracle.waits(str(job_id))
        self.tally[f"{script} {answer}"] += 1

    def _promote(self) -> None:
        parse_count(self._session().call("promote", *{self._some_id() for _ in range(5)}))

    def _retry(self) -> None:
        if not self.oracle.ended:
            return
        job_id = self.random.choice(list(self.oracle.ended))
        if parse_count(self._session().call("retry", *retry_args([job_id], reset_fails=True))):
            self.oracle.run_again(job_id)

    def _pause_for_a_while(self) -> None:
        self._session().configure(paused=1)
        for _ in range(3):
            self._add()
        hands = self._some_hands()
        holds = len(hands.holds)
        self._tick(hands, 5)
        assert len(hands.holds) == holds, "a paused queue gave a job"
        self._session().configure(paused="")

    def _compact(self) -> None:
        self.bench.run("compact")
        self.bench.run("janitor")

    def _late_duplicate(self) -> None:
        """Bytes left in a dead connection arrive after the calls that followed."""
        for sender in (self._session(), self._some_hands().worker):
            if len(sender.sent) < 2:
                continue
            try:
                sender.repeat(self.random.randint(2, min(9, len(sender.sent))))
            except (StaleCall, LeaseLost) as error:
                self.tally[f"late duplicates refused: {type(error).__name__}"] += 1
            else:
                raise AssertionError("a late duplicate was taken for a new call")

    # Workers

    def _work(self) -> None:
        hands = self._some_hands()
        for attempt in list(hands.holds.values()):
            if self.random.random() < 0.5:
                self._decide(hands, attempt)
        self._tick(hands, self.random.randint(0, 6))

    def _decide(self, hands: Hands, attempt: Attempt) -> None:
        chance = self.random.random()
        job_id, ticket = attempt.job_id, attempt.ticket
        run, line = _failed_once_more(attempt.run), b'{"outcome":"failed"}\n'
        if chance < 0.12:
            due_ms = self.bench.now_ms + self.random.randint(-5, 60)
            hands.outcomes.put_back(job_id, ticket, due_ms, run, line)
            hands.decide(attempt, "returned")
        elif chance < 0.15:
            hands.outcomes.put_back(job_id, ticket, 0)
            hands.decide(attempt, "returned")
        elif chance < 0.20:
            state: EndState = "failed" if chance < 0.18 else "cancelled"
            hands.outcomes.end(job_id, ticket, state, b'{"error":"E"}', line)
            hands.decide(attempt, state)
        else:
            self._complete(hands, attempt)

    def _complete(self, hands: Hands, attempt: Attempt) -> None:
        result = b'"r"' if self.random.random() < 0.5 else None
        hands.outcomes.finish(attempt.job_id, attempt.ticket, result)
        if self.random.random() < 0.1:
            hands.outcomes.keep_rule(attempt.job_id, self.random.choice(["0", "k500"]))
        hands.decide(attempt, "completed")

    def _tick(self, hands: Hands, want: int) -> None:
        outcomes, said = hands.outcomes.take(), hands.said
        hands.said = []
        number = hands.worker.number
        try:
            claim = hands.worker.tick(want, outcomes)
        except LeaseLost:
            for _, attempt in said:
                self.oracle.refused(attempt.job_id, number, attempt.ticket)
            self._replace(hands)
            return
        for outcome, attempt in said:
            if attempt.job_id in claim.lost:
                self.oracle.refused(attempt.job_id, number, attempt.ticket)
            else:
                self.oracle.accepted(attempt.job_id, attempt.body, number, attempt.ticket, outcome)
        for job_id, record, run in claim.jobs:
            self.oracle.claimed(job_id, body_of(record), number, claim.ticket)
            hands.holds[job_id] = Attempt(job_id, claim.ticket, body_of(record), run)

    def _lose_a_worker(self) -> None:
        """A worker falls silent beyond its lease; half of them live on and have to be refused."""
        hands = self.random.choice(self.hands)
        self.bench.client.zadd(self.bench.key("leases"), {str(hands.worker.number): 1})
        self.bench.reclaim()
        self.tally["reclaims"] += 1
        # A reclaim whose reply was lost may have taken two: ask who is registered still.
        registered = self._registered()
        holders = {number for number, _ in self.oracle.holders.values()}
        self.oracle.reclaimed(holders - registered)
        if self.random.random() < 0.5:
            self._replace(hands)

    def _renew(self) -> None:
        for hands in list(self.hands):
            try:
                renewal = hands.worker.renew()
            except LeaseLost:
                self._replace(hands)
                continue
            held = self.oracle.held_by(hands.worker.number)
            assert renewal.active == len(held)
            assert set(renewal.cancels) == held & self.oracle.wished

    def _report(self) -> None:
        hands = self._some_hands()
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
            holder = self.oracle.holders.get(report.job_id)
            assert (report.job_id in lost) == (holder != (hands.worker.number, report.ticket))

    def _expire(self) -> None:
        """The keeper ends an attempt that its worker cannot; the worker's own word comes late."""
        hands = self._some_hands()
        if not hands.holds:
            return
        attempt = self.random.choice(list(hands.holds.values()))
        job_id, ticket, run = attempt.job_id, attempt.ticket, _failed_once_more(attempt.run)
        fails = self.random.random() < 0.5
        args = (
            expire_end_args(job_id, ticket, "failed", run, b'{"error":"T"}')
            if fails
            else expire_return_args(job_id, ticket, self.bench.now_ms + 5, run)
        )
        try:
            hands.worker.run("expire", *args)
        except LeaseLost:
            return
        # The answer does not say it if it was lost once and the call sent again.
        if self.oracle.holders.get(job_id) == (hands.worker.number, ticket):
            self.tally["expired"] += 1
            outcome = "failed" if fails else "returned"
            self.oracle.accepted(job_id, attempt.body, hands.worker.number, ticket, outcome)

    def _leave(self) -> None:
        """A worker ends as it should, or its supervisor tells that it crashed."""
        hands = self._some_hands()
        crashed = self.random.random() < 0.5
        number, more = hands.worker.number, True
        try:
            while more:
                more = hands.worker.leave("crashed" if crashed else "give_back").more
        except LeaseLost:
            # Its farewell was taken, and the reply to that was lost; or it was reclaimed before.
            pass
        self.oracle.reclaimed({number}, crashed=crashed)
        self.tally["crashed" if crashed else "left"] += 1
        self._replace(hands)

    def _census(self) -> None:
        hands = self._some_hands()
        try:
            theirs = parse_census(hands.worker.run("census"))
        except LeaseLost:
            self._replace(hands)
            return
        assert {job_id for job_id, _ in theirs} == self.oracle.held_by(hands.worker.number)
        self.tally["census"] += 1

    # Operators of whole queues

    def _drain(self) -> None:
        session, first, more = self._session(), True, True
        while more:
            args = drain_args(first=first, include_delayed=True)
            _, more = parse_more(session.call("drain", *args))
            first = False
            self._send_all_again()
        for job_id in [each for each in self.oracle.live if self.oracle.waits(each)]:
            self.oracle.end(job_id, "removed")
        self.tally["drained"] += 1

    def _clean(self) -> None:
        state = self.random.choice([State.COMPLETED, State.FAILED, State.CANCELLED])
        kept = self.bench.client.zcard(self.bench.key(state.value))
        removed = parse_count(self._session().call("clean", *clean_args(state, 0, 5)))
        assert removed == min(kept, 5)
        self.tally["cleaned"] += removed

    def _update(self) -> None:
        job_id = self._some_id()
        body = self.oracle.live.get(job_id)
        self.bodies += 1
        changed = body_of(job(job_id, payload=b"%d" % self.bodies).record)
        args = update_data_args(job_id, body or b"none", changed)
        answer = parse_update_data(self._session().call("update_data", *args))
        assert (answer == "ok") == self.oracle.waits(job_id)
        if answer == "ok":
            self.oracle.changed(job_id, changed)

    def _watch(self) -> None:
        """Somebody waits for a job, and has perhaps enough of that."""
        job_id = self._some_id()
        ended = parse_watch(self.bench.run("watch", "watcher", *watch_args(job_id)))
        assert (ended is None) == (job_id in self.oracle.live)
        if self.random.random() < 0.5:
            self.bench.run("unwatch", "watcher", *watch_args(job_id))
        self.tally["watched"] += 1

    # The end

    def _finish_everything(self) -> None:
        for _ in range(2_000):
            if not self.oracle.live:
                return
            self.bench.wait(50)
            for hands in list(self.hands):
                for attempt in list(hands.holds.values()):
                    self._complete(hands, attempt)
                self._tick(hands, 20)
                self._send_all_again()
        raise AssertionError(f"{len(self.oracle.live)} jobs are stuck")

    def _look_at_the_end(self) -> None:
        for hands in list(self.hands):
            self._tick(hands, 1)
            self._send_all_again()
        counts = self.bench.counts()
        assert (counts.waiting, counts.delayed, counts.active) == (0, 0, 0)
        seen = check(self.bench.client, self.bench.keys)
        assert seen.number("tomb") == 0, "a tombstone is left"
        assert not seen.lists["waiting"]
        assert not seen.lists["front"]
        assert not seen.hashes["gone"]
        assert not seen.lines
        assert not seen.hashes["group_stats"], "a group without jobs is remembered"
        assert set(seen.hashes["jobs"]) <= set(self.oracle.ended), "a job that nobody knows"


def _failed_once_more(run: bytes) -> str:
    starts, fails, crashes, snoozes = (int(part) for part in (run or b"0:0:0:0").split(b":")[:4])
    return f"{starts + 1}:{fails + 1}:{crashes}:{snoozes}:retry"


def _sender(script: str, args: Sequence[Arg]) -> str | None:
    """Who sends a numbered call, and may send it again later; None for a call without a number."""
    if script == "tick":
        return str(args[2])
    return str(args[1]) if script in _NUMBERED else None


def _words(reply: Reply) -> list[str]:
    """An answer as text: one that is given again comes out of a string."""
    parts = reply if isinstance(reply, list) else [reply]
    return [part.decode() if isinstance(part, bytes) else str(part) for part in parts]
