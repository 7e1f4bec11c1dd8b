"""The scripts of breakers, and the commands that run them on one name."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from backbeat.engine.breakers.keys import BreakerKeys
from backbeat.engine.scripts import LUA as ENGINE
from backbeat.engine.scripts import NameScripts
from backbeat.lua import Script, load_folder

LUA: Final = Path(__file__).parent / "lua"


@cache
def breaker_scripts() -> Mapping[str, Script]:
    """Every script of this room, by name; read at the first call."""
    return load_folder(LUA / "commands", LUA / "includes", ENGINE / "includes")


class BreakerScripts(NameScripts):
    """Commands that run these scripts on one breaker."""

    def __init__(self, keys: BreakerKeys) -> None:
        """Run on these keys."""
        super().__init__(breaker_scripts(), keys)
