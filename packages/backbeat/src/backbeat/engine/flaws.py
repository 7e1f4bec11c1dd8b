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
    "no holder": "a time is noted for a unique key that nobody holds: that is forgotten",
    "lost holder": "a unique key is held by a job that is gone or has ended: it is free again",
    "no period": "a unique key would be held for ever: its time is noted",
    "no state": "of this schedule only the rule is known: it is paused until it is put again",
    "no schedule": "something is kept of a schedule that is not there: that is removed",
    "lost runs": "a run that is over holds up the next ones: it is forgotten",
    "no slot": "the schedule is not due when its next slot is: it is now",
    "untold end": "others wait for the end of this job and were not told: they are",
    "no parent": "something is kept of the children of a job that is gone: that is removed",
    "no children": "it waits for children and has none: it goes on",
    "children": "how many of its children have ended is not what they say: they are counted anew",
    "undecided": "it waits, and its children have said enough: it goes on, or fails",
    "flow record": "what a flow says of its jobs does not agree with itself: it is counted anew",
    "lost job": "it is not in its queue any more: whoever waits for it is told that it was removed",
    "lost share": "a holder is noted that does not hold: it is forgotten",
    "taken": "as many slots count as taken as are not: they are counted anew",
    "pending": "as many units count as pending as are not: they are counted anew",
    "fence": "a holder has a higher fence than was given: the higher one counts",
    "wrong type": "this key is of another type than ours: somebody else writes here",
    "more": "there are more than one run looks at: repair these, and verify again",
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as it must be.

    Attributes:
        queue: Name of the queue; of one with partitions, that of the partition. Empty for a lock or
            limit.
        what: One of `WORDS`, or the name of a number in `meta`.
        subject: The job, unique key, schedule, lock, key or hint; empty where it is the queue.
        detail: What was found, for people.
        repaired: Whether it was put right.
    """

    queue: str
    what: str
    subject: str = ""
    detail: str = ""
    repaired: bool = False
