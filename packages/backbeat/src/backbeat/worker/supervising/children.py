"""The child processes of a supervisor, and what it waits on to hear of them."""

import logging
import selectors
from collections.abc import Iterator
from itertools import count

from backbeat.worker.supervising.alarms import Alarms
from backbeat.worker.supervising.control import FromChild
from backbeat.worker.supervising.offspring import Describe, Offspring

logger = logging.getLogger("backbeat.worker.supervisor")


class Children:
    """The child processes that live. Belongs to one thread.

    Attributes:
        living: All of them; may be copied from any thread.
    """

    def __init__(self, describe: Describe, alarms: Alarms) -> None:
        """Have none yet.

        Args:
            describe: Makes the options of a child, given the file descriptors of channel and pulse.
            alarms: Signals, which are waited for, too.
        """
        self.living: list[Offspring] = []
        self._describe = describe
        self._selector = selectors.DefaultSelector()
        self._selector.register(alarms, selectors.EVENT_READ, alarms)

    def start(self) -> None:
        """Start one."""
        child = Offspring.start(self._describe, self._free_place())
        self.living.append(child)
        self._selector.register(child.channel, selectors.EVENT_READ, child)
        logger.info("worker process %d started", child.pid)

    def wait(self, seconds: float) -> Iterator[Offspring | Alarms]:
        """Wait for whoever has something to say, at most so long."""
        for key, _ in self._selector.select(seconds):
            yield key.data

    def hear(self, child: Offspring) -> list[FromChild]:
        """What a child has to say."""
        said = child.hear()
        if not said:
            # Its end is near: SIGCHLD tells when.
            self._deaf_to(child)
        return said

    def bury(self) -> Iterator[tuple[Offspring, int, list[FromChild]]]:
        """Those that live no more, each with its exit status and its last words."""
        for child in self.living[:]:
            status = child.ended()
            if status is None:
                continue
            last_words = child.hear_all()
            self.living.remove(child)
            self._deaf_to(child)
            yield child, status, last_words
            child.close()

    def dismiss(self, grace: float) -> None:
        """Tell all of them to end within the grace."""
        for child in self.living:
            child.dismiss(grace)

    def kill(self) -> None:
        """End all of them at once."""
        for child in self.living:
            child.kill()

    def close(self) -> None:
        """Wait for nobody any more."""
        self._selector.close()

    def _free_place(self) -> int:
        """The lowest that is free: a successor may come before its predecessor goes."""
        taken = {child.place for child in self.living}
        return next(place for place in count() if place not in taken)

    def _deaf_to(self, child: Offspring) -> None:
        if child.channel in self._selector.get_map():
            self._selector.unregister(child.channel)
