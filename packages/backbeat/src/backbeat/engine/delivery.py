"""The steps by which messages come from the outboxes of queues to the queues that they are for.

A message is brought at least once and received once: each outbox is read in order, and the target
remembers the number of the last one that it has received. Whoever brings them may die at any
moment, and any number may do so at the same time: what was received is passed over.

Says what to send and reads the answers; `Relay` and `SyncRelay` send.
"""

from collections.abc import Generator, Sequence
from typing import Final

from backbeat.engine.calls import flow as calls
from backbeat.engine.calls.flow import Letter
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.keys import QueueKeys
from backbeat.engine.retiring import Retiring
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.session import Clock
from backbeat.engine.steps import Step

_MOST: Final = 100
_MAX_BYTES: Final = 1_048_576


class Delivery:
    """Knows how outboxes are emptied."""

    def __init__(self, namespace: str, clock: Clock | None) -> None:
        """Bring nothing yet.

        Args:
            namespace: That of the queues.
            clock: Milliseconds since 1970, for tests; None leaves the time to the server.
        """
        self._namespace = namespace
        self._clock = clock
        self._scripts: dict[str, QueueScripts] = {}

    def bring(self, queues: Sequence[str], *, probe: bool) -> Generator[Step, Reply, int]:
        """Bring all messages of these queues, and those that follow from them; see `Relay.bring`.

        Yields:
            What to send; send its answer back.

        Returns:
            How many messages were brought.
        """
        brought, waiting = 0, list(dict.fromkeys(queues))
        asked = set(waiting if probe else ())
        while waiting:
            source = waiting.pop(0)
            outboxes = calls.read_outboxes((yield self._outboxes(source)))
            for target, (written, seen) in outboxes.items():
                if written <= seen and source not in asked:
                    continue
                count, post = yield from self._empty(source, target, seen)
                brought += count
                if post and target not in waiting:
                    waiting.append(target)
            asked.discard(source)
        if probe:
            yield from Retiring(self._namespace, self._clock).retire(list(dict.fromkeys(queues)))
        return brought

    def _empty(
        self, source: str, target: str, seen: int
    ) -> Generator[Step, Reply, tuple[int, bool]]:
        """Bring what is after a number; how much it was, and whether the target has messages."""
        brought, post = 0, False
        while True:
            letters = read_letters((yield self._outbox(source, target, seen)))
            args = calls.receive_args(source, seen, letters)
            last, more = calls.parse_receive((yield self._run(target, "receive", args)))
            brought += len(letters)
            post = post or more
            back = last < seen
            if letters or back:
                args = calls.acknowledge_args(target, last, back=back)
                yield self._run(source, "acknowledge", args)
            if not letters:
                again = back and read_letters((yield self._outbox(source, target, last)))
                if not again:
                    return brought, post
            seen = last

    def _outboxes(self, source: str) -> Step:
        return Step(("HGETALL", self._of(source).keys.key("outboxes")))

    def _outbox(self, source: str, target: str, seen: int) -> Step:
        outbox = self._of(source).keys.outbox(target)
        return Step(("XRANGE", outbox, f"({seen}-0", "+", "COUNT", _MOST))

    def _run(self, queue: str, name: str, tail: Sequence[Arg]) -> Step:
        scripts = self._of(queue)
        command = scripts.command(name, (self._clock() if self._clock else 0, *tail))
        return Step(command, scripts.script(name))

    def _of(self, queue: str) -> QueueScripts:
        found = self._scripts.get(queue)
        if found is None:
            found = self._scripts[queue] = QueueScripts(QueueKeys(self._namespace, queue))
        return found


def read_letters(reply: Reply) -> list[Letter]:
    """The messages at the head of an outbox, as many as one call carries."""
    letters = calls.read_outbox(reply)
    size = 0
    for count, letter in enumerate(letters, start=1):
        size += len(letter.data) + len(letter.args)
        if size > _MAX_BYTES:
            return letters[:count]
    return letters
