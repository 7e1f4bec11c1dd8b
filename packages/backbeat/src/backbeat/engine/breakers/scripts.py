"""The scripts of breakers, and the commands that run them on one name."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from backbeat.engine.breakers.keys import BreakerKeys
from backbeat.engine.scripts import LUA as ENGINE
from backbeat.lua import Arg, Script, load_folder

LUA: Final = Path(__file__).parent / "lua"


@cache
def breaker_scripts() -> Mapping[str, Script]:
    """Every script of this room, by name; read at the first call."""
    return load_folder(LUA / "commands", LUA / "includes", ENGINE / "includes")


class BreakerScripts:
    """Commands that run these scripts on one breaker.

    Attributes:
        keys: The keys of that breaker.
    """

    def __init__(self, keys: BreakerKeys) -> None:
        self.keys = keys

    def script(self, name: str) -> Script:
        """The script of this name."""
        return breaker_scripts()[name]

    def command(self, name: str, args: Sequence[Arg]) -> tuple[Arg, ...]:
        """The whole EVALSHA command.

        Args:
            name: The script.
            args: All its arguments, `at_ms` first.
        """
        script = self.script(name)
        keys = [self.keys.key(key) for key in script.keys]
        return ("EVALSHA", script.sha, len(keys), *keys, *args)
