"""The steps by which queues forget what they have told each other, a day after the last of it.

First the source forgets, then the target, so that a target never knows less than a source believes.
Each step is one script of one slot, and looks once more at what it forgets: what was told meanwhile
stays. Says what to send and reads the answers, as `Delivery` does.
"""

import time
from collections.abc import Generator, Sequence
from typing import Final

from backbeat.engine.calls.flow import read_outboxes
from backbeat.engine.calls.reply import Arg, Reply, items, number, text
from backbeat.engine.keys import QueueKeys, flow_queues
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.session import Clock
from backbeat.engine.steps import Step

# Spares calls for which it is too early; the scripts decide, by the clock of the server.
_DAY_MS: Final = 86_400_000

Steps = Generator[Step, Reply, None]


class Retiring:
    """Looks once at what the queues of flows know of each other."""

    def __init__(self, namespace: str, clock: Clock | None) -> None:
        """Forget nothing yet; see `Delivery` for the arguments."""
        self._namespace = namespace
        self._at_ms = clock() if clock else 0
        self._before = ((clock() if clock else time.time() * 1000) - _DAY_MS) * 1000

    def retire(self, queues: Sequence[str]) -> Steps:
        """Let these queues forget, and forget those of which nothing is left.

        Yields:
            What to send; send its answer back.
        """
        for queue in queues:
            yield from self._forget_outboxes(queue)
        for queue in queues:
            yield from self._forget_inbox(queue)
            yield from self._forget_name(queue)

    def _forget_outboxes(self, source: str) -> Steps:
        outboxes = read_outboxes((yield Step(("HGETALL", self._key(source, "outboxes")))))
        for target, (written, seen) in outboxes.items():
            if written == seen and written < self._before:
                yield self._run(source, "forget_outbox", target)

    def _forget_inbox(self, target: str) -> Steps:
        flat = items((yield Step(("HGETALL", self._key(target, "inbox")))), 0)
        for source, upto in zip(map(text, flat[::2]), map(text, flat[1::2]), strict=True):
            if int(upto) >= self._before:
                continue
            noted = yield Step(("HGET", self._key(source, "outboxes"), target))
            if noted is None:
                yield self._run(target, "forget_inbox", source, upto)

    def _forget_name(self, queue: str) -> Steps:
        """Take a queue that is gone from those that have had part in flows."""
        names = flow_queues(self._namespace)
        if not (yield from self._is_there(queue)):
            yield Step(("SREM", names, queue))
            if (yield from self._is_there(queue)):
                # A flow has begun in between: its producer has told the name before.
                yield Step(("SADD", names, queue))

    def _is_there(self, queue: str) -> Generator[Step, Reply, bool]:
        for name in ("meta", "outboxes", "inbox"):
            answer = yield Step(("EXISTS", self._key(queue, name)))
            if number(answer):
                return True
        return False

    def _key(self, queue: str, name: str) -> str:
        return QueueKeys(self._namespace, queue).key(name)

    def _run(self, queue: str, name: str, *tail: Arg) -> Step:
        scripts = QueueScripts(QueueKeys(self._namespace, queue))
        return Step(scripts.command(name, (self._at_ms, *tail)), scripts.script(name))
