"""The scripts of locks, semaphores and limits, and the commands that run them on one name."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from backbeat.engine.permits.keys import PermitKeys
from backbeat.engine.scripts import LUA as ENGINE
from backbeat.engine.scripts import NameScripts
from backbeat.lua import Script, load_folder

LUA: Final = Path(__file__).parent / "lua"


@cache
def permit_scripts() -> Mapping[str, Script]:
    """Every script of this room, by name; read at the first call."""
    return load_folder(LUA / "commands", LUA / "includes", ENGINE / "includes")


class PermitScripts(NameScripts):
    """Commands that run these scripts on one name."""

    def __init__(self, keys: PermitKeys) -> None:
        """Run on these keys."""
        super().__init__(permit_scripts(), keys)
