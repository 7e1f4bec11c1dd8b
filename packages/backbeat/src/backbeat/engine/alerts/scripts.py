"""The scripts of alerts, and the commands that run them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from backbeat.engine.alerts.keys import AlertKeys
from backbeat.engine.scripts import LUA as ENGINE
from backbeat.engine.scripts import NameScripts
from backbeat.lua import Script, load_folder

LUA: Final = Path(__file__).parent / "lua"


@cache
def alert_scripts() -> Mapping[str, Script]:
    """Every script of this room, by name; read at the first call."""
    return load_folder(LUA / "commands", LUA / "includes", ENGINE / "includes")


class AlertScripts(NameScripts):
    """Commands that run these scripts."""

    def __init__(self, keys: AlertKeys) -> None:
        """Run on these keys."""
        super().__init__(alert_scripts(), keys)
