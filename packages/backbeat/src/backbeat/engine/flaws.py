"""What is wrong with a store, and in which words it is said."""

from dataclasses import dataclass
from typing import Final

# What a script calls a flaw -> what it means, and what a repair does.
WORDS: Final = {
    "no record": "there is no record of this job: what is left of it is removed",
    "no place": "it is in no state: it goes where its traces say, else to the head of the line",
    "two places": "it is in two states: it stays in the one that it has reached",
    "no lease": "it is active at a worker without a lease: it is given to another worker",
    "leftover": "something is kept of it that its state does not have: that is removed",
    "no entry": "it counts as removed from a list that does not have it: that is forgotten",
    "no group": "its group is not known: it is made known",
    "group": "its numbers are not those of its jobs: they are counted anew",
    "dead index": "it is not in the group of its failure, or in that of another: it is put there",
    "hint": "a table is in use and no note says so: the note is made",
    "dead groups": "the groups of failures do not agree with each other: they are made anew",
    "next": "a delayed job would fall due and nobody look: the time is noted",
    "worker": "a worker is known and has no lease: it is given up",
    "sentinel": "entries that keep tables quick are missing: they are put in",
    "total": "as many jobs as have a record should have a place",
    "wrong type": "this key is of another type than ours: somebody else writes here",
    "more": "there are more than one run looks at: repair these, and verify again",
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as it must be.

    Attributes:
        queue: Name of the queue; of one with partitions, that of the partition.
        what: One of `WORDS`, or the name of a number in `meta`.
        subject: The job, or the key, or the hint; empty where it is the queue.
        detail: What was found, for people.
        repaired: Whether it was put right.
    """

    queue: str
    what: str
    subject: str = ""
    detail: str = ""
    repaired: bool = False
