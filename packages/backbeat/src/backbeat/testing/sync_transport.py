"""The transport of code without an event loop onto the fake store."""

import threading
import time

from typing_extensions import override

from backbeat.engine.transport.base import Reply, SyncBlockingConnection, SyncTransport
from backbeat.errors import ServerUnavailable
from backbeat.lua import Arg, Script
from backbeat.testing.store import FakeStore
from backbeat.testing.waits import Wait


class FakeSyncTransport(SyncTransport):
    """Answers every call; see `SyncTransport` for the promises."""

    def __init__(self, store: FakeStore) -> None:
        """Answer from this store."""
        self._store = store
        self._closed = False

    @override
    def script(self, script: Script, command: tuple[Arg, ...]) -> Reply:
        self._check()
        return self._store.script(script, command)

    @override
    def execute(self, *command: Arg) -> Reply:
        self._check()
        return self._store.execute(*command)

    @override
    def blocking(self) -> "FakeSyncBlockingConnection":
        return FakeSyncBlockingConnection(self._store)

    @override
    def close(self) -> None:
        self._closed = True

    def _check(self) -> None:
        if self._closed:
            raise ServerUnavailable("the transport is closed")


class FakeSyncBlockingConnection(SyncBlockingConnection):
    """Waits until something is pushed, or the time has passed; see `FakeBlockingConnection`."""

    def __init__(self, store: FakeStore) -> None:
        """Wait on this store."""
        self.losses = 0
        self._store = store
        self._closed = threading.Event()
        self._changed = threading.Event()

    @override
    def block(self, *command: Arg, timeout: float) -> Reply:
        if self._closed.is_set():
            raise ServerUnavailable("the waiting connection is closed")
        wait, until = Wait(self._store, command, timeout), time.monotonic() + timeout
        with self._store.changes(self._changed.set):
            while True:
                self._changed.clear()
                reply = None if self._closed.is_set() else wait.poll()
                left = until - time.monotonic()
                if reply is not None or wait.over or self._closed.is_set() or left <= 0:
                    return reply
                self._changed.wait(left)

    @override
    def close(self) -> None:
        self._closed.set()
        self._changed.set()
