"""What a supervisor makes of a child's end, and a child of its supervisor's."""

import asyncio
from typing import Any

import pytest

from backbeat import Backbeat
from backbeat.worker.child import Child
from backbeat.worker.supervising.child_leases import mode_of_end


@pytest.mark.parametrize(
    ("status", "stopping", "killed", "mode"),
    [
        (0, True, False, "give_back"),
        (75, True, False, "give_back"),
        (-9, True, True, "give_back"),
        (-9, True, False, "crashed"),
        (1, True, False, "crashed"),
        (0, False, False, "crashed"),
        (-9, False, True, "crashed"),
    ],
)
def test_what_a_child_held_counts_as_crashed_only_where_it_did_not_end_in_order(
    status: int, stopping: bool, killed: bool, mode: str
) -> None:
    assert mode_of_end(status, stopping=stopping, killed=killed) == mode


@pytest.mark.parametrize("said", [b"", b"no message\n", b'{"type":"renewed"}\n'])
async def test_a_child_that_understands_its_supervisor_no_more_keeps_its_leases_and_stops(
    said: bytes,
) -> None:
    options: Any = None  # nothing of them is used before the child runs
    child = Child(Backbeat(), options)
    done: list[str] = []
    child._take_over = lambda: done.append("keeps")  # type: ignore[method-assign] # no server here
    child._stop = lambda grace=None: done.append("stops")  # type: ignore[method-assign] # no worker
    reader = asyncio.StreamReader()
    reader.feed_data(said)
    reader.feed_eof()

    await child._listen(reader)

    assert done == ["keeps", "stops"]
