"""The scripts of the gateway, and the commands that run them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from backbeat.engine.gateway.keys import GatewayKeys
from backbeat.engine.scripts import LUA as ENGINE
from backbeat.engine.scripts import NameScripts
from backbeat.lua import Script, load_folder

LUA: Final = Path(__file__).parent / "lua"


@cache
def gateway_scripts() -> Mapping[str, Script]:
    """Every script of this room, by name; read at the first call."""
    return load_folder(LUA / "commands", ENGINE / "includes")


class GatewayScripts(NameScripts):
    """Commands that run these scripts on one name."""

    def __init__(self, keys: GatewayKeys) -> None:
        """Run on these keys."""
        super().__init__(gateway_scripts(), keys)
