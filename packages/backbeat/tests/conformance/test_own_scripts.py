"""Scripts of the user's own: the same on every store."""

import asyncio
from pathlib import Path
from typing import Final

import pytest

from backbeat import Backbeat, InvalidOption, ProtocolError
from backbeat.lua import LuaError
from backbeat.testing import FakeClock

COUNT: Final = """--- count: add to a number, and say when.
---
--- @key number string
--- @arg at_ms int the time
--- @arg by    int how much
--- @rest words more
--- @include loud
return {call('INCRBY', number, by), at_ms, loud(ARGV[words + 1] or 'none')}
"""
LOUD: Final = """--- loud: a word in capitals.
local function loud(word)
  return string.upper(word)
end
"""
BROKEN: Final = "--- broken: fail.\n--- @key number string\nreturn call('HGET', number, 1, 2, 3)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "includes").mkdir()
    (tmp_path / "count.lua").write_text(COUNT)
    (tmp_path / "broken.lua").write_text(BROKEN)
    (tmp_path / "includes" / "loud.lua").write_text(LOUD)
    return tmp_path


async def test_a_script_runs_on_one_thing_at_the_time_of_the_test(
    app: Backbeat, folder: Path, clock: FakeClock
) -> None:
    scripts = app.scripts(folder, "counters")
    assert await scripts.run("count", "a", 2) == [2, clock(), b"NONE"]
    assert (await scripts.run("count", "a", 3, "word"))[::2] == [5, b"WORD"]
    assert (await scripts.run("count", "b", 1))[0] == 1
    assert (await app.scripts(folder, "others").run("count", "a", 1))[0] == 1


async def test_a_script_runs_without_an_event_loop(app: Backbeat, folder: Path) -> None:
    scripts = app.scripts(folder, "counters")
    await scripts.run("count", "a", 2)
    answer = await asyncio.to_thread(scripts.run_sync, "count", "a", 3, "word")
    assert answer[::2] == [5, b"WORD"]
    with pytest.raises(InvalidOption, match="no script"):
        await asyncio.to_thread(scripts.run_sync, "cuont", "a")
    await asyncio.to_thread(app.sync.close)


async def test_what_does_not_fit_is_refused_before_it_is_sent(app: Backbeat, folder: Path) -> None:
    scripts = app.scripts(folder, "counters")
    with pytest.raises(InvalidOption, match="takes 1 arguments, not 0"):
        await scripts.run("count", "a")
    with pytest.raises(InvalidOption, match="takes 0 arguments, not 1"):
        await scripts.run("broken", "a", 1)
    with pytest.raises(InvalidOption, match="no script 'cuont': broken, count"):
        await scripts.run("cuont", "a", 1)
    with pytest.raises(InvalidOption, match="what it runs on"):
        await scripts.run("count", "a}b", 1)
    assert (await scripts.run("count", "a", 1))[0] == 1


async def test_a_script_that_fails_says_so(app: Backbeat, folder: Path) -> None:
    with pytest.raises(ProtocolError):
        await app.scripts(folder, "counters").run("broken", "a")


def test_a_folder_without_scripts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match=r"there is no \.lua file"):
        Backbeat().scripts(tmp_path, "counters")
    (tmp_path / "odd.lua").write_text("return 1")
    with pytest.raises(LuaError, match="first line"):
        Backbeat().scripts(tmp_path, "counters")
