"""What is switched on while Backbeat is measured."""

from typing import Final

FEATURES: Final = (
    "a timeout for each job (30 s)",
    "leases, renewed by a keeper thread",
    "queue events at the default level",
    "default retention of ended jobs",
    "a result that is not null, kept with the job",
    "counts and times by handler, written down every quarter of a minute",
    "arguments validated on adding and on running",
)
