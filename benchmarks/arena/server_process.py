"""The house as `arena serve` serves it, but for its rates, which are counted and never reached.

    python -m benchmarks.arena.server_process

Set up by the environment, as the house is; says its port on a line, and serves until SIGTERM
or until its parent is gone.
"""

import sys
from dataclasses import replace
from typing import Final

from arena.base.http.options import HttpOptions
from arena.base.logs import configure_logs
from arena.base.settings import ArenaSettings
from arena.bootstrap.opening import open_house
from arena.bootstrap.serving import listen, serve, stop_on_signals
from arena.bootstrap.web import build_web
from arena.cli.loop import run
from backbeat import Rate
from backbeat.app import spare_the_collector
from benchmarks.arena.lifeline import end_with_parent

NEVER_REACHED: Final = Rate(1_000_000, per=1)


async def main() -> None:
    """Serve until it is told to stop, or its parent is gone."""
    end_with_parent()
    settings, stop = ArenaSettings(), stop_on_signals()
    configure_logs(json=True)
    options = replace(
        HttpOptions.of(settings), visitor=NEVER_REACHED, read=NEVER_REACHED, write=NEVER_REACHED
    )
    with listen(settings.host, 0) as listening:
        async with open_house(settings) as opened:
            port = listening.getsockname()[1]
            web = build_web(opened, options=options, pages=False)
            spare_the_collector()  # as `arena serve` does
            await serve(web, listening, stop, ready=lambda: print(port, flush=True))


if __name__ == "__main__":
    sys.exit(run(main()))
