"""How a lane stands to the others of its worker, and how often it looks when nothing calls it."""

from dataclasses import dataclass
from typing import Final, Self

from backbeat.worker.lanes.janitor import EVERY_SECONDS
from backbeat.worker.lanes.slots import Group
from backbeat.worker.lanes.waiter import WAIT_SECONDS

# Without being woken, a worker looks after this time: it may have to keep the queue's time.
_LOOK_SECONDS: Final = 5.0
# All partitions of an idle queue together look about this often, and tidy.
_LOOK_SECONDS_A_PARTITION: Final = 2.0
_TIDY_SECONDS_A_PARTITION: Final = 4.0


@dataclass(frozen=True, slots=True)
class LaneTerms:
    """The numbers of one lane.

    Attributes:
        group: All lanes of its queue.
        look: Seconds after which it looks without being woken.
        tidy: Seconds between two turns of its janitor.
        wait: Seconds that one command waits for work, where the lane waits alone.
    """

    group: Group
    look: float
    tidy: float
    wait: float

    @classmethod
    def of(cls, *, weight: int, limit: int | None, partitions: int, reserved: int = 0) -> Self:
        """The terms of all lanes of a queue.

        Args:
            weight: Share of the slots against the worker's other queues.
            limit: Slots that the queue never exceeds, over all its lanes.
            partitions: How many lanes it has.
            reserved: Slots that only its lanes may use. Defaults to 0.
        """
        return cls(
            Group(weight, limit, reserved),
            max(_LOOK_SECONDS, _LOOK_SECONDS_A_PARTITION * partitions),
            max(EVERY_SECONDS, _TIDY_SECONDS_A_PARTITION * partitions),
            max(WAIT_SECONDS, _LOOK_SECONDS_A_PARTITION * partitions),
        )
