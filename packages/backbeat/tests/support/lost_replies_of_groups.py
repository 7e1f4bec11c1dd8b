"""The part of `lost_replies` that is about groups."""

from collections.abc import Mapping
from typing import Final

from packages.backbeat.tests.support.lost_replies_play import Drive, Play


async def _configure_group(play: Play) -> None:
    play.lose("configure_group")
    await play.far.groups.configure("acme", weight=3)
    assert (await play.near.groups.get("acme")).weight == 3


async def _refresh_groups(play: Play) -> None:
    await play.near.groups.configure("acme", weight=3)
    # What a queue declares already, nobody refreshes.
    concurrency = 2 + play.proxy.fired
    play.lose("refresh_groups")
    await (await play.far.client()).configure_groups({"concurrency": concurrency})
    assert (await play.near.groups.get("acme")).concurrency == concurrency


async def _get_group(play: Play) -> None:
    await play.near.groups.configure("acme", weight=3)
    play.lose("get_group")
    assert (await play.far.groups.get("acme")).weight == 3


async def _list_groups(play: Play) -> None:
    await play.near.groups.configure("acme", weight=3)
    play.lose("list_groups")
    assert [each.name for each in (await play.far.groups.list()).groups] == ["acme"]


GROUP_DRIVERS: Final[Mapping[str, Drive]] = {
    "configure_group": _configure_group,
    "refresh_groups": _refresh_groups,
    "get_group": _get_group,
    "list_groups": _list_groups,
}
