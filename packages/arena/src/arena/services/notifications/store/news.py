"""What open pages are told, on its way to the processes that have them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from backbeat import Backbeat
from backbeat.app import Entry, Follower

LUA: Final = Path(__file__).parents[1] / "lua"
# One stream for all: every process reads the whole of it, whatever it were parted by.
_ALL: Final = "all"


class News:
    """A stream that whoever brings notifications writes, and every process with pages reads."""

    def __init__(self, app: Backbeat) -> None:
        """Read and write on the server of an application; connects at the first call."""
        self._scripts = app.scripts(LUA, "notifications")

    async def announce(self, key: str, user: str, event: Mapping[str, Any]) -> bool:
        """Let every process hear of something; False where it was announced within the last hour.

        Args:
            key: The same thing has the same key.
            user: Whose pages are to be told.
            event: What they are told.

        Raises:
            OutcomeUnknown: It was never answered: announce the same again.
        """
        return bool(await self._scripts.run("announce", _ALL, key, user, json.dumps(event)))

    async def follow(self) -> Follower:
        """What is announced from now on; `read_news` reads each entry. Close it in the end."""
        follower = self._scripts.follow("news")
        await follower.add(_ALL)
        return follower


def read_news(entry: Entry) -> tuple[str, dict[str, Any]]:
    """Whose pages are to be told, and what."""
    event: dict[str, Any] = json.loads(entry.fields["event"])
    return entry.fields["user"].decode(), event
