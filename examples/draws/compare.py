"""Holds our analysis against upstream's, every field of it. Pure."""

from collections.abc import Iterator
from itertools import groupby

from examples.draws.analysis import Analysis, Share


def differences(ours: Analysis, theirs: Analysis) -> list[str]:
    """Every difference as a sentence; empty when the two say the same.

    Classes of equal share may come in any order: upstream sorts with an algorithm that leaves the
    order of equals to the instruction set of the machine it ran on.
    """
    return [*_heads(ours, theirs), *_distributions(ours, theirs)]


def compared(analysis: Analysis) -> str:
    """What a comparison covers, in words."""
    shares = analysis.distributions().values()
    return f"{len(shares)} distributions, {sum(map(len, shares))} classes"


def _heads(ours: Analysis, theirs: Analysis) -> Iterator[str]:
    mine = f"total_draws {ours.total_draws}, updated_date {ours.updated_date}"
    other = f"total_draws {theirs.total_draws}, updated_date {theirs.updated_date}"
    if mine != other:
        yield f"not of the same draws: {mine} here, {other} upstream"


def _distributions(ours: Analysis, theirs: Analysis) -> Iterator[str]:
    upstream = theirs.distributions()
    for name, shares in ours.distributions().items():
        yield from _shares(name, shares, upstream[name])


def _shares(name: str, ours: list[Share], theirs: list[Share]) -> Iterator[str]:
    mine = {share.type: share.pct for share in ours}
    other = {share.type: share.pct for share in theirs}
    for kind in sorted(mine.keys() | other.keys()):
        if mine.get(kind) != other.get(kind):
            here, there = mine.get(kind, "absent"), other.get(kind, "absent")
            yield f"{name} {kind}: {here} here, {there} upstream"
    if mine == other and _ranks(ours) != _ranks(theirs):
        yield f"{name}: the same shares in another order"


def _ranks(shares: list[Share]) -> list[set[str]]:
    """The classes of each share, from the first listed to the last."""
    return [{share.type for share in equal} for _, equal in groupby(shares, lambda s: s.pct)]
