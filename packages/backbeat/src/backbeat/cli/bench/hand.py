"""Drives the scripts of one queue by hand: the bare calls, without a worker around them."""

import time
from collections.abc import Iterable, Sequence
from typing import Final, Self

from backbeat.engine.calls.enqueue import NewJob, enqueue_args
from backbeat.engine.calls.reply import Arg
from backbeat.engine.calls.tick import Claim, Outcomes, parse_tick, tick_args
from backbeat.engine.calls.worker import parse_register, register_args
from backbeat.engine.ids import JobIds, new_session
from backbeat.engine.keys import QueueKeys
from backbeat.engine.record import encode_record
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.session import SyncSession
from backbeat.engine.transport.base import Reply
from backbeat.engine.transport.sync import ThreadTransport
from backbeat.engine.transport.target import Target

QUEUE: Final = "backlog"
_LEASE_MS: Final = 3_600_000
_RESULT: Final = b'{"user":123456,"sent":1}'
_PAYLOAD: Final = (
    b'{"t":123456789012345,"user":123456,"email":"somebody@example.com","kind":"welcome",'
    b'"lang":"en","text":"%b"}' % (b"a line of text that a person could have written, " * 2)
)


class Hand:
    """One registered worker and one producer of a queue, both in our hand."""

    def __init__(self, url: str) -> None:
        self._transport = ThreadTransport(Target.parse(url))
        self._scripts = QueueScripts(QueueKeys("bench", QUEUE))
        self._session = SyncSession(self._transport, self._scripts)
        self._ids = JobIds()
        self._sid = new_session()
        self._ticks = 0
        reply = self._call("register", [0, self._sid, *register_args(_LEASE_MS, b"{}")])
        self._worker = parse_register(reply)

    def __enter__(self) -> Self:
        """Ready since its construction."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self._transport.close()

    def jobs(self, count: int, *, due_ms: int = 0) -> list[NewJob]:
        """New jobs with the payload of the benchmark, not added yet."""
        record = encode_record("noop", time.time_ns() // 1_000_000, _PAYLOAD)
        return [NewJob(self._ids.new(), record, due_ms) for _ in range(count)]

    def add(self, jobs: Sequence[NewJob]) -> None:
        """Add at most 1,000 jobs in one call."""
        self._session.run("enqueue", enqueue_args(jobs))

    def tick(self, want: int, done: Iterable[str] = (), ticket: int = 0) -> Claim:
        """End jobs of an earlier tick with a result and claim others, in one call."""
        outcomes = Outcomes()
        for job_id in done:
            outcomes.finish(job_id, ticket, _RESULT, plain=True)
        self._ticks += 1
        stamp: list[Arg] = [0, self._worker, self._sid, self._ticks]
        return parse_tick(self._call("tick", [*stamp, *tick_args(want, outcomes)]))

    def command(self, name: str, tail: Sequence[Arg]) -> Reply:
        """Run an operator's command, numbered as theirs are."""
        return self._session.run(name, tail)

    def read(self, name: str, tail: Sequence[Arg]) -> Reply:
        """Run a script that has no number."""
        return self._call(name, [0, *tail])

    def _call(self, name: str, args: Sequence[Arg]) -> Reply:
        command = self._scripts.command(name, args)
        return self._transport.script(self._scripts.script(name), command)
