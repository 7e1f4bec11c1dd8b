"""Scripts of the user's own: the same on every store."""

import asyncio
from pathlib import Path
from typing import Final

import pytest

from backbeat import Backbeat, InvalidOption, ProtocolError
from backbeat.app import Entry, Follower
from backbeat.lua import LuaError
from backbeat.testing import FakeClock, application

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
OLDEST: Final = "0-0"
APPEND: Final = """--- append: append to a stream.
---
--- @key news stream
--- @arg word str what
return call('XADD', news, '*', 'word', word)
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


async def test_scripts_of_a_declaration_run_in_the_store_of_the_test(
    url: str | None, folder: Path
) -> None:
    declared = Backbeat()
    scripts = declared.scripts(folder, "counters")
    async with application(declared, url=url) as clock:
        assert (await scripts.run("count", "a", 2))[:2] == [2, clock()]


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


async def test_what_scripts_append_is_followed(app: Backbeat, tmp_path: Path) -> None:
    (tmp_path / "append.lua").write_text(APPEND)
    scripts = app.scripts(tmp_path, "news")
    first = (await scripts.run("append", "a", "old")).decode()
    await scripts.run("append", "a", "kept")
    async with scripts.follow("news") as follower:
        assert await follower.add("b") == OLDEST
        waiting = asyncio.ensure_future(anext(follower))
        await asyncio.sleep(0)
        # Another stream is read on with the first at once, though nothing came yet.
        await follower.add("a", first)
        kept = await asyncio.wait_for(waiting, 10)
        assert (kept.on, kept.fields) == ("a", {"word": b"kept"})
        await scripts.run("append", "b", "one")
        await scripts.run("append", "b", "two")
        found = [await asyncio.wait_for(anext(follower), 10) for _ in range(2)]
        assert [(each.on, each.fields["word"]) for each in found] == [("b", b"one"), ("b", b"two")]
        await follower.drop("b")
        await scripts.run("append", "b", "unheard")
        await scripts.run("append", "a", "heard")
        assert (await asyncio.wait_for(anext(follower), 10)).fields == {"word": b"heard"}
        # From an earlier place again.
        await follower.drop("a")
        await follower.add("a", OLDEST)
        again = [await asyncio.wait_for(anext(follower), 10) for _ in range(3)]
        assert [each.fields["word"] for each in again] == [b"old", b"kept", b"heard"]


async def test_what_is_added_while_the_last_one_is_dropped_is_followed(
    app: Backbeat, tmp_path: Path
) -> None:
    (tmp_path / "append.lua").write_text(APPEND)
    scripts = app.scripts(tmp_path, "news")
    async with scripts.follow("news") as follower:
        await follower.add("a", OLDEST)
        await scripts.run("append", "a", "one")
        assert (await asyncio.wait_for(anext(follower), 10)).on == "a"
        await asyncio.gather(follower.drop("a"), follower.add("b", OLDEST))
        await scripts.run("append", "b", "two")
        assert (await asyncio.wait_for(anext(follower), 10)).on == "b"


async def test_many_streams_are_followed_without_a_loss(app: Backbeat, tmp_path: Path) -> None:
    (tmp_path / "append.lua").write_text(APPEND)
    scripts = app.scripts(tmp_path, "news")
    things = [f"t{number}" for number in range(20)]
    async with scripts.follow("news") as follower:

        async def append_and_add(on: str) -> None:
            await follower.add(on, OLDEST)
            for number in range(20):
                await scripts.run("append", on, str(number))

        _, found = await asyncio.wait_for(
            asyncio.gather(
                asyncio.gather(*map(append_and_add, things)),
                _take(follower, len(things) * 20),
            ),
            60,
        )
    for on in things:
        words = [entry.fields["word"] for entry in found if entry.on == on]
        assert words == [b"%d" % number for number in range(20)]


async def _take(follower: Follower, count: int) -> list[Entry]:
    return [await anext(follower) for _ in range(count)]
