"""Commands that wait for something, asked again after each change instead."""

from typing import Final

from backbeat.engine.transport.base import Reply
from backbeat.errors import ProtocolError
from backbeat.lua import Arg
from backbeat.testing.store import FakeStore


class Wait:
    """One blocking command: what it would answer now, and until when it may wait."""

    def __init__(self, store: FakeStore, command: tuple[Arg, ...], timeout: float) -> None:
        """Begin to wait.

        Args:
            store: Where to ask.
            command: BLPOP, BRPOP, BLMPOP or XREAD.
            timeout: Seconds by the store's clock after which the answer is None.

        Raises:
            ProtocolError: The fake store cannot wait with this command.
        """
        self._store = store
        self._tries = _without_waiting(command)
        self._until_ms = store.clock() + timeout * 1000

    @property
    def over(self) -> bool:
        """Whether its time has passed by the store's clock."""
        return self._store.clock() >= self._until_ms

    def poll(self) -> Reply:
        """The answer, if there is one now; else None."""
        for attempt in self._tries:
            reply = self._store.ask(*attempt)
            if reply is not None and reply != []:
                # A pop of one list does not say which list it was, one that waits does.
                return [_bytes(attempt[1]), reply] if attempt[0] in _POPS else reply
        return None


_POPS: Final = frozenset({"LPOP", "RPOP"})


def _without_waiting(command: tuple[Arg, ...]) -> list[tuple[Arg, ...]]:
    name = str(command[0]).upper()
    if name in {"BLPOP", "BRPOP"}:
        return [(name[1:], key) for key in command[1:-1]]
    if name == "BLMPOP":
        return [("LMPOP", *command[2:])]
    if name == "XREAD":
        words = [str(word).upper() for word in command]
        at = words.index("BLOCK") if "BLOCK" in words else len(words)
        return [(*command[:at], *command[at + 2 :])]
    raise ProtocolError(f"the fake store cannot wait with {name}")


def _bytes(key: Arg) -> bytes:
    return key if isinstance(key, bytes) else str(key).encode()
