"""What the status page shows: jobs by state, how fast they end, the newest ones, the statistics."""

import time
from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import msgspec

from backbeat import JobInfo, Queue, State
from examples.draws.analysis import Analysis
from examples.draws.tallies import Tallies

_SHOWN: Final = {
    "even_odd": "Even and odd white balls",
    "low_high": "Low and high white balls",
    "consecutive": "Runs of neighbours",
    "sum_distribution": "Sum of the white balls",
    "red_ball_hotness": "Red ball",
}
_RECENT: Final = 10
_MINUTE_S: Final = 60.0
_SLICES: Final = 30


class Status:
    """Samples a queue and its tallies; remembers a minute of them."""

    def __init__(self, queue: Queue, tallies: Tallies) -> None:
        """Watch from now on."""
        self._queue = queue
        self._tallies = tallies
        self._completed: deque[tuple[float, int]] = deque()

    async def sample(self) -> bytes:
        """The present status as JSON, for `page.html`."""
        counts = await self._queue.counts()
        self._remember(counts.total_completed)
        tiles = {state.value: counts.of(state) for state in State}
        tiles["completed"] = counts.total_completed
        tiles["repeats held off"] = self._tallies.repeated()
        sample = {
            "tiles": tiles,
            "rates": self._rates(),
            "recent": await self._recent(),
            "shares": _shares(self._tallies.analysis()),
        }
        return msgspec.json.encode(sample)

    def _remember(self, completed: int) -> None:
        now = time.monotonic()
        self._completed.append((now, completed))
        while now - self._completed[0][0] > _MINUTE_S:
            self._completed.popleft()

    def _rates(self) -> list[float]:
        """Completed per second in each slice of the minute, the oldest first."""
        step = max(1, len(self._completed) // _SLICES)
        slices = pairwise(list(self._completed)[::step])
        return [(count - before) / (end - start) for (start, before), (end, count) in slices]

    async def _recent(self) -> list[dict[str, str]]:
        running = await self._queue.list(State.ACTIVE, limit=_RECENT)
        ended = await self._queue.list(State.COMPLETED, limit=_RECENT)
        jobs = [*running.jobs, *ended.jobs][:_RECENT]
        return [_row(job) for job in jobs]


def _row(job: JobInfo) -> dict[str, str]:
    draw = job.arguments["draw"]
    ended = job.finished_at
    return {
        "draw": draw["date"],
        "numbers": " ".join(map(str, draw["white_balls"])) + f" + {draw['red_ball']}",
        "state": job.state,
        "took": f"{(ended - job.created_at).total_seconds():.1f} s" if ended else "",
    }


def _shares(analysis: Analysis | None) -> dict[str, Sequence[Any]]:
    if analysis is None:
        return {}
    distributions = analysis.distributions()
    return {
        title: [(share.type, float(share.pct.rstrip("%"))) for share in distributions[name]]
        for name, title in _SHOWN.items()
    }
