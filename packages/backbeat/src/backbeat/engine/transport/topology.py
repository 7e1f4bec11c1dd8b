"""The map of a cluster: which primary serves which slot, as the cluster itself tells it."""

import asyncio
import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from backbeat.config.several import Several
from backbeat.engine.transport.asking import Asker
from backbeat.engine.transport.base import Elsewhere, Later, Unsettled
from backbeat.engine.transport.forks import after_fork
from backbeat.engine.transport.lookout import Lookout
from backbeat.engine.transport.pacing import Pacing
from backbeat.engine.transport.reactions import (
    CONNECTION_ERRORS,
    describe,
    is_error_reply,
    reaction,
    reply_within,
)
from backbeat.engine.transport.slots import SLOTS
from backbeat.engine.transport.target import Target
from backbeat.errors import BackbeatError, ServerUnavailable
from backbeat.lua import Arg

Address = tuple[str, int]

# Calls that fail in the same moment ask once.
_SETTLED_S: Final = 0.25
_IN_DOUBT: Final = frozenset({"CLUSTERDOWN", "MASTERDOWN"})


class Topology:
    """Which primary serves which slot. Safe for threads; asks only when it is asked.

    A view with an older epoch than the last is that of a node which has not heard yet: it is taken
    only where nobody knows better.

    Attributes:
        label: The address, for messages.
    """

    def __init__(self, several: Several, way: Target) -> None:
        """Know nothing yet.

        Args:
            several: The address: where to ask first.
            way: How to connect to any node.
        """
        self.label = several.label
        self._seeds = several.hosts
        self._way = way
        self._asker = Asker()
        self._turn = threading.Lock()
        self._masters: list[Address | None] = [None] * SLOTS
        self._known: list[Address] = []
        self._epoch = 0
        # Whose word is enough for that nothing has changed.
        self._last: Address | None = None
        self._silent: set[Address] = set()
        self._asked = float("-inf")
        self._problem: Exception | None = None
        self._pacing = Pacing(several.label, "the way")
        after_fork(self._in_child)

    @property
    def masters(self) -> frozenset[Address]:
        """The primaries that serve slots."""
        return frozenset(each for each in self._masters if each is not None)

    def master(self, slot: int | None) -> Address | None:
        """The primary of a slot, any one for no slot; None where nobody serves it."""
        if slot is not None:
            return self._masters[slot]
        return next((each for each in self._masters if each is not None), None)

    def target(self, address: Address, slot: int | None = None) -> Target:
        """A way to a primary, which notices when it is that no more.

        Args:
            address: Of the primary.
            slot: The only slot that it is connected to for. Defaults to None: any.
        """

        def moved() -> bool:
            return address not in self.masters if slot is None else self.master(slot) != address

        return self._way.at(*address).watched(Lookout(moved, self.fresh, self._look_for_news))

    def note(self, slot: int, address: Address) -> None:
        """A node has said where a slot is: the rest of the map is in doubt now."""
        self._masters[slot] = address
        if address not in self._known:
            self._known.append(address)
        self._last = None
        self._asked = float("-inf")

    def fresh(self, seconds: float) -> bool:
        """Whether the last question is no longer ago than that."""
        return time.monotonic() - self._asked < seconds

    def look(self, seconds: float = _SETTLED_S) -> None:
        """Ask for the map, unless that was done less than so many seconds ago. Raises nothing."""
        with self._turn:
            if not self.fresh(seconds):
                self._learn(self._ask)

    async def look_async(self, seconds: float = _SETTLED_S) -> None:
        """`look`, while the event loop goes on."""
        if not self.fresh(seconds):
            await asyncio.to_thread(self.look, seconds)

    def missing(self, slot: int | None) -> BackbeatError:
        """Why a call cannot be sent: nobody serves its slot as far as is known."""
        problem = None if self._problem is None else reply_within(self._problem)
        if problem is None:
            return Later("CLUSTERDOWN", f"{self.label}: nobody serves slot {slot}")
        if "cluster support disabled" in str(problem):
            text = f"{self.label} is no cluster: write redis://, with one host, for a single server"
            return ServerUnavailable(text)
        if is_error_reply(problem):
            return reaction(problem)
        return Later("CLUSTERDOWN", f"no node of {self.label} answers: {describe(problem)}")

    def close(self) -> None:
        """Close the connection; safe to call twice."""
        with self._turn:
            self._asker.close()

    def _look_for_news(self, seconds: float) -> None:
        """`Lookout.look`: one small command is enough while no primary has changed."""
        turn = self._turn
        # Who asks already asks for all: a frozen node must not hold up one thread for each wait.
        if self.fresh(seconds) or not turn.acquire(blocking=False):
            return
        try:
            self._learn(self._ask_for_news)
        finally:
            turn.release()

    def _learn(self, ask: "Callable[[], _View | None]") -> None:
        try:
            view = ask()
        except CONNECTION_ERRORS as error:
            self._pacing.lost(describe(error))
            self._problem = error
        else:
            if view is not None:
                self._take(view)
            self._pacing.made()
            self._problem = None
        self._asked = time.monotonic()

    def _ask_for_news(self) -> "_View | None":
        """The view of a node, or None: one that is well knows of no change."""
        if self._last is not None:
            try:
                (info,) = self._put(self._last, ("CLUSTER", "INFO"))
            except CONNECTION_ERRORS:
                return self._ask()
            if _health(info) == (True, self._epoch):
                return None
        return self._ask()

    def _ask(self) -> "_View":
        """The view of a node that is up to date, else the newest one there is.

        Raises:
            redis.RedisError, OSError: No node answers.
        """
        views: list[_View] = []
        problem: Exception = ConnectionError(f"no node of {self.label} answers")
        for address in self._candidates():
            try:
                info, slots = self._put(address, ("CLUSTER", "INFO"), ("CLUSTER", "SLOTS"))
            except CONNECTION_ERRORS as error:
                problem = error
                continue
            view = _View(address, info, slots)
            if view.healthy and view.epoch >= self._epoch:
                return view
            views.append(view)
        if not views:
            raise problem
        return max(views, key=lambda view: view.epoch)

    def _put(self, address: Address, *commands: Sequence[Arg]) -> list[Any]:
        """Put questions to a node, and remember whether it answers."""
        self._silent.add(address)
        answers = self._asker.ask(self._way.at(*address), *commands)
        self._silent.remove(address)
        return answers

    def _candidates(self) -> list[Address]:
        """Whom to ask, each once: who is known, in any order, then the address itself.

        Who has just kept silent comes last: it costs a second to hear nothing again.
        """
        known = random.sample(self._known, len(self._known))
        return sorted(dict.fromkeys([*known, *self._seeds]), key=self._silent.__contains__)

    def _take(self, view: "_View") -> None:
        masters: list[Address | None] = [None] * SLOTS
        for first, last, address in view.ranges:
            masters[first : last + 1] = [address] * (last - first + 1)
        # An election raises the epoch before any slot has moved: what was seen of a new epoch, or
        # of a cluster that is not well, is looked at once more before a mere INFO is believed.
        settled = view.healthy and view.epoch == self._epoch
        self._last = view.asked if settled else None
        self._masters, self._known, self._epoch = masters, view.nodes, view.epoch
        self._silent.intersection_update([*view.nodes, *self._seeds])

    def _in_child(self) -> None:
        self._turn = threading.Lock()


def in_doubt(error: Unsettled) -> bool:
    """Whether the map may be wrong after this."""
    if isinstance(error, Later):
        return error.kind in _IN_DOUBT
    return not (isinstance(error, Elsewhere) and error.redirects)


class _View:
    """What one node says of the cluster.

    Attributes:
        asked: The node.
        healthy: Whether it thinks that the cluster can serve.
        epoch: How much it has heard of: it rises with every change of a primary.
        ranges: First and last slot, and the primary that serves them.
        nodes: All nodes that it names.
    """

    def __init__(self, asked: Address, info: Any, slots: Any) -> None:
        self.asked = asked
        self.healthy, self.epoch = _health(info)
        self.ranges: list[tuple[int, int, Address]] = []
        self.nodes: list[Address] = []
        for first, last, *nodes in slots:
            addresses = [_address(asked, node) for node in nodes]
            self.ranges.append((first, last, addresses[0]))
            self.nodes += [each for each in addresses if each not in self.nodes]


def _health(info: Any) -> tuple[bool, int]:
    facts = dict(line.partition(":")[::2] for line in info.decode().splitlines())
    return facts.get("cluster_state") == "ok", int(facts.get("cluster_current_epoch", 0))


def _address(asked: Address, node: Sequence[Any]) -> Address:
    """Where a node is; one that does not know its own host is where we have asked."""
    host = (node[0] or b"").decode()
    return (asked[0] if host in {"", "?"} else host, int(node[1]))
