"""The engine's scripts, loaded once, and the commands that run them on one queue."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from backbeat.engine.keys import QueueKeys
from backbeat.lua import Arg, Script, load_folder

LUA: Final = Path(__file__).parent / "lua"


@cache
def scripts() -> Mapping[str, Script]:
    """Every script of the engine, by name; read at the first call."""
    return load_folder(LUA / "commands", LUA / "includes")


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


def _head(script: Script, keys: QueueKeys) -> tuple[Arg, ...]:
    """What every call of the script on this queue begins with."""
    return ("EVALSHA", script.sha, len(script.keys), *(keys.key(name) for name in script.keys))
