"""The engine's scripts, loaded once, and the commands that run them on one queue."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from backbeat.engine.keys import QueueKeys
from backbeat.lua import Arg, Script, load_folder

LUA: Final = Path(__file__).parent / "lua"


@cache
def scripts() -> Mapping[str, Script]:
    """Every script of the engine, by name; read at the first call."""
    return load_folder(LUA / "commands", LUA / "includes")


class Keys(Protocol):
    """The keys of something, by their names in the headers of its scripts."""

    def key(self, name: str) -> str:
        """A fixed key."""


class NameScripts:
    """Commands that run scripts on one name of many: their beginning is made for each call."""

    def __init__(self, known: Mapping[str, Script], keys: Keys) -> None:
        """Know scripts.

        Args:
            known: The scripts, by name.
            keys: The keys of what they run on.
        """
        self._known = known
        self._keys = keys

    def script(self, name: str) -> Script:
        """The script of this name."""
        return self._known[name]

    def command(self, name: str, args: Sequence[Arg]) -> tuple[Arg, ...]:
        """The whole EVALSHA command.

        Args:
            name: The script.
            args: All its arguments, `at_ms` first.
        """
        return (*_head(self.script(name), self._keys), *args)


class QueueScripts:
    """Commands that run the engine's scripts on one queue.

    Attributes:
        keys: The keys of that queue.
    """

    def __init__(self, keys: QueueKeys) -> None:
        self.keys = keys
        self._heads = {name: _head(script, keys) for name, script in scripts().items()}

    def script(self, name: str) -> Script:
        """The script of this name."""
        return scripts()[name]

    def command(self, name: str, args: Sequence[Arg]) -> tuple[Arg, ...]:
        """The whole EVALSHA command.

        Args:
            name: The script.
            args: All its arguments, `at_ms` first.
        """
        return (*self._heads[name], *args)


def _head(script: Script, keys: Keys) -> tuple[Arg, ...]:
    """What every call of the script on these keys begins with."""
    return ("EVALSHA", script.sha, len(script.keys), *(keys.key(name) for name in script.keys))
