"""Drives the scripts of one queue as clients and workers do, at a time that the test sets."""

from collections.abc import Callable, Sequence
from typing import Final, cast

import redis

from backbeat.engine.calls.control import cancel_args, parse_cancel
from backbeat.engine.calls.enqueue import Added, NewJob, enqueue_args, parse_enqueue
from backbeat.engine.calls.read import (
    Counts,
    Page,
    Snapshot,
    get_args,
    list_args,
    parse_counts,
    parse_get,
    parse_list,
)
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.calls.tick import Claim, Outcomes, parse_tick, tick_args
from backbeat.engine.calls.worker import (
    Reclaimed,
    Renewal,
    parse_leave,
    parse_reclaim,
    parse_register,
    parse_renew,
    reclaim_args,
)
from backbeat.engine.codes import error_for_code, is_code
from backbeat.engine.keys import QueueKeys
from backbeat.engine.record import encode_record, is_plain
from backbeat.engine.scripts import QueueScripts, scripts
from backbeat.engine.states import State

START_MS: Final = 1_800_000_000_000

# Calls that a bench may watch or repeat on their way: (script, arguments) -> reply.
Caller = Callable[[str, Sequence[Arg]], Reply]


class QueueBench:
    """One queue on a store.

    Attributes:
        client: The plain client library, to look behind the scenes.
        keys: The keys of the queue.
        now_ms: The time that every call brings along.
        workers: How many workers were registered here.
        me: A session for producers and operators.
    """

    def __init__(self, client: redis.Redis, queue: str = "q") -> None:
        """Load the scripts."""
        self.client = client
        self.keys = QueueKeys("bb", queue)
        self.now_ms = START_MS
        self.call: Caller = self.call_once
        self.workers = 0
        self._scripts = QueueScripts(self.keys)
        for script in scripts().values():
            client.script_load(script.text)
        self.me = Session(self, "me")

    def call_once(self, script: str, args: Sequence[Arg]) -> Reply:
        """Run a script; its error replies become the engine's exceptions."""
        command = self._scripts.command(script, args)
        try:
            # The client library has no types for this.
            return cast("Reply", self.client.execute_command(*command))  # type: ignore[no-untyped-call]
        except redis.ResponseError as error:
            word = str(error).partition(" ")[0]
            if not is_code(word):
                raise
            raise error_for_code(word, str(error)) from error

    def run(self, script: str, *args: Arg) -> Reply:
        """Run a script that has no number."""
        return self.call(script, [self.now_ms, *args])

    def wait(self, ms: int) -> None:
        """Let time pass."""
        self.now_ms += ms

    def worker(self, sid: str | None = None, lease_ms: int = 30_000) -> "BenchWorker":
        """Register a worker; without a session it gets one of its own."""
        self.workers += 1
        return BenchWorker(self, sid or f"w-{self.workers}", lease_ms)

    def add(self, *jobs: NewJob | str) -> list[Added]:
        """Add jobs; a mere id is a plain job."""
        return self.me.add(*jobs)

    def counts(self) -> Counts:
        """The counts of the queue."""
        return parse_counts(self.run("counts"))

    def get(self, job_id: str) -> Snapshot | None:
        """One job."""
        return parse_get(self.run("get", *get_args(job_id)))

    def state(self, job_id: str) -> State | None:
        """The state of one job."""
        snapshot = self.get(job_id)
        return snapshot.state if snapshot else None

    def page(self, state: State, cursor: str = "", limit: int = 100) -> Page:
        """One page of jobs."""
        return parse_list(self.run("list", *list_args(state, cursor, limit)))

    def reclaim(self, believed_ms: int = 0) -> Reclaimed:
        """Take the jobs of the worker whose lease has been over for longest."""
        return parse_reclaim(self.run("reclaim", *reclaim_args(believed_ms)))

    def has_token(self) -> bool:
        """Whether a wake token lies there."""
        return bool(self.client.exists(self.key("wake")))

    def spend_token(self) -> bool:
        """Take the wake token, as a worker that wakes up does."""
        return self.client.lpop(self.key("wake")) is not None

    def key(self, name: str) -> str:
        """A key of the queue."""
        return self.keys.key(name)

    def entries(self, key: str) -> list[bytes]:
        """What a list holds, by its full key."""
        return cast("list[bytes]", self.client.lrange(key, 0, -1))

    def all_keys(self) -> list[str]:
        """Every key of the queue, as it is named after the prefix."""
        found = cast("list[bytes]", self.client.keys(f"{self.keys.prefix}*"))
        return [key.decode().removeprefix(self.keys.prefix) for key in found]

    def lasts(self, name: str) -> bool:
        """Whether a key, as named after the prefix, stays until somebody deletes it."""
        return self.client.pttl(self.keys.prefix + name) < 0

    def meta(self, name: str) -> str | None:
        """A field of `meta`."""
        value = cast("bytes | None", self.client.hget(self.key("meta"), name))
        return value.decode() if value is not None else None


class Session:
    """A producer or operator: numbers its calls, and can repeat them unchanged."""

    def __init__(self, bench: QueueBench, sid: str) -> None:
        self.bench = bench
        self.sid = sid
        self.number = 0
        self.sent: list[tuple[str, list[Arg]]] = []

    def call(self, script: str, *tail: Arg) -> Reply:
        """Run a numbered script with the next number."""
        self.number += 1
        args: list[Arg] = [self.bench.now_ms, self.sid, self.number, *tail]
        self.sent.append((script, args))
        return self.bench.call(script, args)

    def repeat(self, back: int = 1) -> Reply:
        """Send an earlier call again, byte by byte: the last one, or one further back."""
        script, args = self.sent[-back]
        return self.bench.call(script, args)

    def add(self, *jobs: NewJob | str) -> list[Added]:
        """Add jobs; a mere id is a plain job."""
        new = [job(entry) if isinstance(entry, str) else entry for entry in jobs]
        return parse_enqueue(self.call("enqueue", *enqueue_args(new)), new)

    def cancel(self, job_id: str, reason: str = "enough") -> str:
        """Cancel a job."""
        return parse_cancel(self.call("cancel", *cancel_args(job_id, reason)))

    def configure(self, **fields: str | int) -> None:
        """Set up the queue."""
        self.call("configure", *(part for field in fields.items() for part in field))

    def rule(self, group: str, **rules: str | int) -> None:
        """Set rules of a group; `*` for those of all."""
        self.call("configure_group", group, *(part for rule in rules.items() for part in rule))
        after = "" if group == "*" else None
        while after is not None:
            reply = self.bench.run("refresh_groups", after)
            assert isinstance(reply, bytes)
            after = reply.decode() or None


class BenchWorker:
    """A registered worker.

    Attributes:
        number: Its number.
        ticks: The number of its last tick.
    """

    def __init__(self, bench: QueueBench, sid: str, lease_ms: int) -> None:
        self.bench = bench
        self.sid = sid
        self.lease_ms = lease_ms
        self.ticks = 0
        self.number = parse_register(bench.run("register", sid, lease_ms, b"{}"))
        self.sent: list[list[Arg]] = []
        self.reports = 0

    def run(self, script: str, *tail: Arg) -> Reply:
        """Run a worker's script."""
        return self.bench.run(script, self.number, self.sid, *tail)

    def tick(
        self,
        want: int = 0,
        outcomes: Outcomes | None = None,
        budget: tuple[int, int] | None = None,
    ) -> Claim:
        """The next tick; `budget` as in `tick_args`."""
        self.ticks += 1
        tail = tick_args(want, outcomes or Outcomes(), budget)
        args: list[Arg] = [self.bench.now_ms, self.number, self.sid, self.ticks, *tail]
        self.sent.append(args)
        return parse_tick(self.bench.call("tick", args))

    def repeat(self, back: int = 1) -> Claim:
        """Send an earlier tick again, byte by byte."""
        return parse_tick(self.bench.call("tick", self.sent[-back]))

    def claim(self, want: int = 1) -> list[str]:
        """Claim jobs; their ids."""
        return ids(self.tick(want))

    def finish(self, claim: Claim, *job_ids: str, result: bytes | None = None) -> Claim:
        """Finish some claimed jobs, or all of them."""
        outcomes, plain = Outcomes(), plain_ids(claim)
        for job_id in job_ids or ids(claim):
            outcomes.finish(job_id, claim.ticket, result, plain=job_id in plain)
        return self.tick(0, outcomes)

    def next_report(self) -> int:
        """The number of its next report."""
        self.reports += 1
        return self.reports

    def renew(self) -> Renewal:
        """Renew the lease."""
        return parse_renew(self.run("renew", self.lease_ms))

    def leave(self, mode: str = "give_back") -> Reclaimed:
        """End the registration."""
        return parse_leave(self.run("leave", mode))


def job(
    job_id: str,
    *,
    priority: int = 5,
    lifo: bool = False,
    reply: str = "",
    due_ms: int = 0,
    replace: bool = False,
    group: str = "",
    payload: bytes = b"{}",
) -> NewJob:
    """A job to add."""
    record = encode_record(
        "task", START_MS, payload, priority=priority, lifo=lifo, reply=reply, group=group
    )
    return NewJob(job_id, record, due_ms, replace)


def plain_ids(claim: Claim) -> set[str]:
    """The ids of those of the claimed jobs whose records have no head."""
    return {job_id for job_id, record, _ in claim.jobs if is_plain(record)}


def ids(claim: Claim) -> list[str]:
    """The ids of the claimed jobs."""
    return [job_id for job_id, _, _ in claim.jobs]
