"""The scripts of locks, semaphores and limits, and the commands that run them on one name."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from backbeat.engine.permits.keys import PermitKeys
from backbeat.engine.scripts import LUA as ENGINE
from backbeat.lua import Arg, Script, load_folder

LUA: Final = Path(__file__).parent / "lua"


@cache
def permit_scripts() -> Mapping[str, Script]:
    """Every script of this room, by name; read at the first call."""
    return load_folder(LUA / "commands", LUA / "includes", ENGINE / "includes")


class PermitScripts:
    """Commands that run these scripts on one name.

    Attributes:
        keys: The keys of that name.
    """

    def __init__(self, keys: PermitKeys) -> None:
        self.keys = keys

    def script(self, name: str) -> Script:
        """The script of this name."""
        return permit_scripts()[name]

    def command(self, name: str, args: Sequence[Arg]) -> tuple[Arg, ...]:
        """The whole EVALSHA command.

        Args:
            name: The script.
            args: All its arguments, `at_ms` first.
        """
        script = self.script(name)
        keys = [self.keys.key(key) for key in script.keys]
        return ("EVALSHA", script.sha, len(keys), *keys, *args)
