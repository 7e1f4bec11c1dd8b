"""Which options a job was given when it was enqueued, and which its handler would give any job.

A record does not say: those that are not what the handler makes of the same arguments were given.
"""

from collections.abc import Callable, Collection
from typing import Any, Final

import msgspec

from backbeat.app.call import JobCall
from backbeat.app.schedule import job_of
from backbeat.engine.record import Record, StoredOptions
from backbeat.errors import InvalidPayload

# Makes a job of the name of its handler and its arguments, with no options.
Call = Callable[[str, Any], JobCall[Any]]

NONE: Final = StoredOptions()


def usual_job(call: Call, old: Record) -> Record:
    """The job that its handler makes of the same arguments where nothing is given.

    Args:
        call: Makes it.
        old: The job, decrypted.
    """
    try:
        return job_of(call(old.name, msgspec.json.decode(old.payload)))
    except InvalidPayload:
        # The handler takes other arguments by now, and so says nothing of these.
        return Record(old.name, 0, old.payload)


def given(names: Collection[str], old: Any, usual: Any) -> dict[str, Any]:
    """What was given of these fields, by name.

    Args:
        names: Of a record, or of what it stores as options.
        old: The job, or its options; None for no options.
        usual: The same of `usual_job`.
    """
    old, usual = old or NONE, usual or NONE
    return {
        name: getattr(old, name) for name in names if getattr(old, name) != getattr(usual, name)
    }


# The trace is that of whoever enqueues anew, and a flow is not joined by an option.
IN_OPTIONS: Final = tuple(
    name for name in StoredOptions.__struct_fields__ if name not in {"trace", "flow"}
)
