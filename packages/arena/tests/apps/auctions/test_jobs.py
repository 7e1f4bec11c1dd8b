"""The queues have the options of the document of the auctions, and so they wait and keep."""

from typing import Final

import pytest

from arena.apps.auctions.jobs import AuctionJobs
from backbeat import Backbeat, Keep, Rate

DAY: Final = 86_400


@pytest.mark.parametrize(
    ("name", "concurrency", "rate", "waits", "keep"),
    [
        (
            "bid-persistence", 5, Rate(100, per=1), [2, 4],
            Keep(completed=100, completed_for=3_600, failed=500, failed_for=DAY),
        ),
        ("auction-update", 3, None, [2, 4], Keep(completed=50, failed=200)),
        (
            "auction-finalization", 2, None, [5, 10, 20, 40],
            Keep(completed=100, completed_for=DAY, failed=500, failed_for=7 * DAY),
        ),
    ],
)  # fmt: skip
def test_a_queue_is_as_it_is_documented(
    name: str, concurrency: int, rate: Rate | None, waits: list[float], keep: Keep
) -> None:
    app = Backbeat()
    AuctionJobs(app)
    options = app.queues[name].options
    assert (options.concurrency, options.rate, options.keep) == (concurrency, rate, keep)
    retry = options.retry
    assert retry is not None
    # Of n attempts the last failure is waited for no more.
    assert [retry.wait(failures) for failures in range(1, retry.attempts)] == waits
