"""What the server stores of a schedule: when it has slots, what becomes of them, and its job."""

from typing import Final, Literal

import msgspec
from msgspec import structs

from backbeat.engine.record import Record, encode_record
from backbeat.errors import ProtocolError
from backbeat.schedules.missed import Missed, Window
from backbeat.schedules.rule import Rule
from backbeat.schedules.timetable import Timetable

Overlap = Literal["allow", "skip", "queue", "cancel"]


class StoredSchedule(msgspec.Struct, frozen=True, omit_defaults=True):
    """A schedule as stored; scripts never look inside.

    Attributes:
        rule: Where its slots lie.
        job: The job that it makes, created at 0.
        missed: What becomes of missed slots: skip, one, all or window.
        window_ms: How old a slot of a window may be.
        cap: How many missed slots run at most.
        overlap: What happens to a slot while the run before it has not ended.
        jitter_ms: By how much a slot may be put off at most.
        start_ms: The first moment at which a slot may lie; 0: any.
        end_ms: The last one; 0: any.
        limit: How many jobs it makes; 0: any number.
        declared: Whether it stands in the code of an application.
    """

    rule: Rule
    job: Record
    missed: Literal["skip", "one", "all", "window"] = "one"
    window_ms: int = 0
    cap: int = 100
    overlap: Overlap = "allow"
    jitter_ms: int = 0
    start_ms: int = 0
    end_ms: int = 0
    limit: int = 0
    declared: bool = False

    def timetable(self, name: str) -> Timetable:
        """Its slots.

        Args:
            name: Of the schedule.
        """
        return Timetable(name, self.rule, self.start_ms, self.end_ms, self.jitter_ms)

    @property
    def policy(self) -> Missed:
        """What becomes of missed slots."""
        return Window(self.window_ms / 1000) if self.missed == "window" else self.missed

    def record(self, now_ms: int) -> bytes:
        """The record of a job that is made now."""
        fields = structs.asdict(self.job)
        return encode_record(
            **(fields | {"created_ms": now_ms, "payload": bytes(self.job.payload)})
        )

    def encode(self) -> bytes:
        """The JSON that is stored."""
        return msgspec.json.encode(self)


def decode_schedule(record: bytes) -> StoredSchedule:
    """A schedule, read.

    Raises:
        ProtocolError: It is none, or its rule cannot be followed here: an unknown time zone, say.
    """
    try:
        return _decoder.decode(record)
    except msgspec.MsgspecError as error:
        raise ProtocolError(f"its record cannot be read here: {error}") from error


_decoder: Final = msgspec.json.Decoder(StoredSchedule)
