"""One thing done to several jobs: an outcome for each, and one exit code for all."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec
from rich.table import Table

from backbeat.cli.exits import Exit
from backbeat.cli.output import Output
from backbeat.errors import JobNotFound

UNKNOWN: Final = "unknown"


class Done(msgspec.Struct, frozen=True):
    """What came of one job: `outcome` is what was done, or why not."""

    id: str
    outcome: str


def known(act: Callable[[str], Awaitable[str]]) -> Callable[[str], Awaitable[str]]:
    """The same, with a job that is not there as an outcome among others."""

    async def tried(job_id: str) -> str:
        try:
            return await act(job_id)
        except JobNotFound:
            return UNKNOWN

    return tried


async def do_each(
    output: Output,
    ids: Sequence[str],
    act: Callable[[str], Awaitable[str]],
    *,
    good: frozenset[str],
) -> Exit:
    """Do something to each job and show what came of it.

    Args:
        output: Where to show.
        ids: The jobs.
        act: Does it, and gives the outcome in a word.
        good: Outcomes that are what was wanted.

    Returns:
        OK if all are good, NOT_FOUND if a job is unknown, else REFUSED.
    """
    done = [Done(job_id, await act(job_id)) for job_id in ids]
    table = Table("job", "outcome", box=None)
    for each in done:
        table.add_row(each.id, each.outcome)
    output.show(done, table)
    outcomes = {each.outcome for each in done}
    if outcomes <= good:
        return Exit.OK
    return Exit.NOT_FOUND if UNKNOWN in outcomes else Exit.REFUSED
