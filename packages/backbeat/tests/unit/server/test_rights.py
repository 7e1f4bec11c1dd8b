"""The list of needed commands keeps step with the scripts that need them."""

import re
from pathlib import Path

import backbeat.engine
from backbeat.server.rights import NEEDED

LUA = Path(backbeat.engine.__path__[0]) / "lua"


def test_every_command_of_every_script_is_asked_for() -> None:
    text = "".join(file.read_text() for file in LUA.rglob("*.lua"))
    used = set(re.findall(r"\bcall\(\s*['\"]([A-Z]+)['\"]", text))
    assert used, "no script was found"
    missing = used - {line.split()[0] for line in NEEDED}
    assert not missing, f"add {missing} to backbeat/server/rights.py"
