"""The primary that Sentinels watch: asked for before each connection, and during long waits."""

import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from backbeat.config.several import Several
from backbeat.engine.transport.asking import Asker
from backbeat.engine.transport.forks import after_fork
from backbeat.engine.transport.lookout import Lookout
from backbeat.engine.transport.reactions import CONNECTION_ERRORS, describe
from backbeat.engine.transport.target import Target

Address = tuple[str, int]

# Connections that break in the same moment ask once.
_SETTLED_S: Final = 0.25
_OWN_OPTIONS: Final = {"sentinel_username": "username", "sentinel_password": "password"}


class Sentinels:
    """Knows where the primary is, from whichever Sentinel answers. Safe for threads."""

    def __init__(self, several: Several, way: Target, sentinel_way: Target) -> None:
        """Ask nothing yet.

        Args:
            several: The address: the Sentinels, and the name of the primary.
            way: How to connect to the primary.
            sentinel_way: How to connect to a Sentinel.
        """
        self._name = several.master
        self._sentinels = [sentinel_way.at(*host) for host in several.hosts]
        self._way = way
        self._asker = Asker()
        self._prober = Asker()
        self._turn = threading.Lock()
        self._last: Address | None = None
        self._asked = float("-inf")
        # How the last search ended, and when.
        self._problem: Exception | None = None
        self._searched = float("-inf")
        after_fork(self._in_child)

    def locate(self) -> Target:
        """The primary, where it is now.

        Raises:
            OSError: No Sentinel answers or knows the name, or what they name is no primary (yet).
            redis.RedisError: The server there refuses.
        """
        with self._turn:
            if time.monotonic() - self._searched >= _SETTLED_S:
                self._search()
            if self._problem is not None:
                raise self._problem.with_traceback(None)
            address = self._last
        assert address is not None
        target = self._way.at(*address)
        return target.watched(Lookout(lambda: self._last != address, self._fresh, self._look))

    def _search(self) -> None:
        """Find the primary, for all who wait for their turn to search.

        One that is frozen costs each question a second, and there may be many connections.
        """
        self._problem = None
        try:
            self._check_role(self._way.at(*self._ask()))
        except CONNECTION_ERRORS as error:
            self._problem = error
        self._searched = time.monotonic()

    def _fresh(self, seconds: float) -> bool:
        return time.monotonic() - self._asked < seconds

    def _look(self, seconds: float) -> None:
        """`Lookout.look`."""
        turn = self._turn
        # Who asks already asks for all.
        if self._fresh(seconds) or not turn.acquire(blocking=False):
            return
        try:
            # Who cannot look stays where it is.
            with suppress(*CONNECTION_ERRORS):
                self._ask()
        finally:
            turn.release()

    def _ask(self) -> Address:
        try:
            return self._ask_each()
        finally:
            self._asked = time.monotonic()

    def _ask_each(self) -> Address:
        problems = []
        for sentinel in self._sentinels[:]:
            try:
                (named,) = self._asker.ask(
                    sentinel, ("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._name)
                )
            except CONNECTION_ERRORS as error:
                problems.append(f"{sentinel.label}: {describe(error)}")
            else:
                if named:
                    # Whoever answers is asked first the next time.
                    self._sentinels.remove(sentinel)
                    self._sentinels.insert(0, sentinel)
                    self._last = _address(named)
                    return self._last
                problems.append(f"{sentinel.label} knows no primary {self._name!r}")
        raise ConnectionError(f"no Sentinel tells where the primary is: {'; '.join(problems)}")

    def _check_role(self, target: Target) -> None:
        """A Sentinel may name a server that has not heard of its part, or has just lost it."""
        try:
            (role,) = self._prober.ask(target, ("ROLE",))
        finally:
            self._prober.close()
        if role[0] != b"master":
            raise ConnectionError(f"{target.label} is a {role[0].decode()}, not the primary")

    def _in_child(self) -> None:
        self._turn = threading.Lock()


def sentinel_target(several: Several, way: Target) -> Target:
    """A target that is wherever the Sentinels say the primary is.

    Args:
        several: The address.
        way: How to connect to the primary; its options may hold those for the Sentinels, too.

    Raises:
        ConfigurationError: An option cannot be used.
    """
    options: dict[str, Any] = {"db": several.database, **way.options}
    # The primary's user is unknown to the Sentinels: they may have users of their own.
    theirs = {name: options[name] for name in options.keys() - {"db", "username", "password"}}
    for name, meaning in _OWN_OPTIONS.items():
        if name in options:
            theirs[meaning] = theirs.pop(name)
            del options[name]
    primary = replace(way, label=several.label, options=options)
    sentinel = replace(way, label=several.label, options=theirs)
    for each in (primary, sentinel):
        each.check()
    return replace(primary, locate=Sentinels(several, primary, sentinel).locate)


def _address(named: Any) -> Address:
    host, port = named
    return host.decode(), int(port)
