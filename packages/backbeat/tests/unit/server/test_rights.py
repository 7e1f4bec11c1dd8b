"""The list of needed commands keeps step with the scripts that need them."""

import re
from pathlib import Path

import backbeat.engine
from backbeat.server.rights import NEEDED
from packages.backbeat.tests.unit.engine.test_lua_files import ALLOWED

ENGINE = Path(backbeat.engine.__path__[0])
# Those of permits, breakers and alerts have one more.
COMMANDS = ALLOWED | {"ZREMRANGEBYSCORE"}


def test_every_command_of_every_script_is_asked_for() -> None:
    text = "".join(file.read_text() for file in ENGINE.rglob("*.lua"))
    called = re.findall(r"\bcall\(([^)]*)", text)
    used = {word for each in called for word in re.findall(r"'([A-Z]+)'", each)} & COMMANDS
    assert len(used) > 40, "no script was found"
    missing = used - {line.split()[0] for line in NEEDED}
    assert not missing, f"add {missing} to backbeat/server/rights.py"
