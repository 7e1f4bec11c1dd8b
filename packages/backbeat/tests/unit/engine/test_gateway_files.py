"""What every Lua file of the gateway promises in its header, checked without running it."""

import re
from typing import Final

from backbeat.engine.codes import Code
from backbeat.engine.gateway.keys import GATEWAY_KEYS
from backbeat.engine.gateway.scripts import LUA, gateway_scripts
from backbeat.engine.scripts import LUA as ENGINE
from backbeat.lua import read_folder

FILES: Final = [*read_folder(LUA / "commands").values()]
FORBIDDEN: Final = ("cjson", "cmsgpack", "struct", "bit.", "pcall", "KEYS[", "redis.call", "\t")


def test_every_declared_name_is_used() -> None:
    unused = {source.name: set(source.unused()) - {"at_ms"} for source in FILES}
    assert {name: names for name, names in unused.items() if names} == {}


def test_every_file_is_short_and_speaks_to_every_engine() -> None:
    for source in FILES:
        assert max(map(len, source.text.splitlines())) <= 100, source.name
        assert [word for word in FORBIDDEN if word in source.code] == [], source.name


def test_every_declared_key_is_known() -> None:
    for source in FILES:
        assert set(source.keys) <= set(GATEWAY_KEYS), source.name


def test_what_is_called_is_included_and_the_reverse() -> None:
    names = set(read_folder(ENGINE / "includes"))
    for source in FILES:
        called = set(re.findall(r"(?<![.:\w])(\w+)\(", source.code)) & names
        assert called == set(source.includes), source.name


def test_codes_are_known() -> None:
    assert {code for each in gateway_scripts().values() for code in each.codes} <= set(Code)
