"""A process that watches, for tests that kill it: it leads under a lease of a second."""

import asyncio
import json
import logging
import sys

from backbeat import Backbeat
from backbeat.alerts import AlertSetup, NoWorkers, Watcher, Webhook


async def main(url: str, receiver: str, key: str) -> None:
    """Tell the receiver of every queue whose jobs wait and find no worker."""
    hook = Webhook("pager", receiver, keys=[key], insecure=True, private=True)
    setup = AlertSetup(rules=[NoWorkers(waited=0, cooldown=3_600)], channels=[hook], every=1)
    async with Backbeat(url) as app:
        await Watcher(app, setup, lease=1.0).run()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    asyncio.run(main(**json.loads(sys.argv[1])))
