"""How the jobs of a queue with partitions are spread: by a key out of their arguments, or by id."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from backbeat.app.fields import names_in
from backbeat.app.options import Plan
from backbeat.app.policy import PartitionBy
from backbeat.engine.ids import new_job_id
from backbeat.engine.partitions import Partitioning
from backbeat.errors import ConfigurationError, InvalidOption, InvalidPayload

_CODE: Final = "?"
_GROUP: Final = "group"

_decode: Final = msgspec.json.Decoder().decode


class Spread:
    """Where the jobs of one queue go.

    Attributes:
        partitioning: The partitions.
        text: What the server remembers of it, so that all who declare the queue agree.
    """

    def __init__(self, queue: str, count: int, by: PartitionBy | None) -> None:
        """Check what was declared.

        Args:
            queue: Name of the queue.
            count: How many partitions it has.
            by: Makes the key out of the arguments; "group": the group of the job is the key;
                None: the id of the job is.

        Raises:
            InvalidOption: The count makes no sense, or the template names no argument.
        """
        self.partitioning = Partitioning(count, by_id=by is None)
        self._queue = queue
        self._by = by
        self._names = _names(by) if isinstance(by, str) and by != _GROUP else ()
        words = () if by is None else (by if isinstance(by, str) else _CODE,)
        self.text = " ".join([str(count), *words])

    @property
    def parts(self) -> tuple[str, ...]:
        """The engine's queues, in the order of their numbers."""
        return self.partitioning.names(self._queue)

    def place(self, name: str, plan: Plan, payload: bytes) -> tuple[str, str]:
        """The partition of a job, and its id.

        Raises:
            InvalidOption: Its own id ends like those that are made here, the key is no text, or it
                has a group that would be torn apart.
            InvalidPayload: An argument that the key is made of is missing.
        """
        spread = self.partitioning
        own, unique = plan.identity(name, payload)
        job_id = own or new_job_id()
        if self._by is None or self._by == _GROUP:
            number = spread.of_key(self._group(plan, payload) or unique or job_id)
        else:
            number = spread.of_key(self._key(payload))
        if own is None:
            job_id = spread.mark(job_id, number)
        else:
            spread.check_id(job_id)
        return f"{self._queue}/{number}", job_id

    def home(self, schedule: str, unique: str, payload: bytes) -> str:
        """The partition of a schedule, and of all jobs that it makes.

        Args:
            schedule: Its name.
            unique: Unique key of its jobs; empty for none.
            payload: Their arguments.

        Raises:
            InvalidPayload: An argument that the key is made of is missing.
        """
        key = (unique or schedule) if self._by is None else self._key(payload)
        return f"{self._queue}/{self.partitioning.of_key(key)}"

    def check(self, name: str, required: frozenset[str]) -> None:
        """See that a handler has what the key is made of.

        Args:
            name: The handler.
            required: Its arguments without a default: others may be left out of a job.

        Raises:
            ConfigurationError: One is missing.
        """
        if missing := [each for each in self._names if each not in required]:
            raise ConfigurationError(
                f"{name}: partition_by={self._by!r} of queue {self._queue!r} needs the argument"
                f" {missing[0]!r}, without a default"
            )

    def _group(self, plan: Plan, payload: bytes) -> str:
        group = plan.group_of(payload)
        if group and self._by is None:
            raise InvalidOption(
                f"group {group!r}: queue {self._queue!r} spreads its jobs by their ids, which would"
                ' tear groups apart: declare it with partition_by="group"'
            )
        return group

    def _key(self, payload: bytes) -> str:
        arguments = _decode(payload)
        if isinstance(self._by, str):
            try:
                return self._by.format_map(arguments)
            except (LookupError, TypeError, AttributeError) as error:
                text = f"partition_by={self._by!r} of queue {self._queue!r}: {error!r}"
                raise InvalidPayload(text) from error
        assert self._by is not None
        key = self._by(arguments)
        if not isinstance(key, str):
            raise InvalidOption(f"partition_by of queue {self._queue!r} gave {key!r}, not a str")
        return key


def unknown(_: Mapping[str, Any]) -> str:
    """Stands for the code of another program that makes the key.

    Raises:
        ConfigurationError: Always.
    """
    raise ConfigurationError(
        "the key of this queue's partitions is made by code: enqueue with the application (--app)"
    )


def read_text(text: str) -> tuple[int, PartitionBy | None]:
    """The partitions of a queue as the server remembers them; see `Spread.text`."""
    count, blank, by = text.partition(" ")
    if not blank:
        return int(count), None
    return int(count), unknown if by == _CODE else by


def agree(queue: str, here: Spread | None, there: str | None) -> None:
    """See that the declaration here is that of all others.

    Args:
        queue: Name of the queue.
        here: How it is declared here; None: without partitions.
        there: What the server remembers; None: nothing.

    Raises:
        ConfigurationError: They differ: jobs would not be found, or lose their order.
    """
    if there == (None if here is None else here.text):
        return
    if here is None:
        assert there is not None
        declare = f"it has partitions on the server: declare it with {_described(there)}"
    else:
        declare = (
            f"it is declared with {_described(here.text)}, and has {_described(there or '')} on the"
            " server: drain and obliterate it first, or choose another name"
        )
    raise ConfigurationError(f"queue {queue!r}: {declare}")


def _described(text: str) -> str:
    if not text:
        return "no partitions"
    count, _, by = text.partition(" ")
    return f"partitions={count}" + (f", partition_by={by!r}" if by else "")


def _names(template: str) -> tuple[str, ...]:
    try:
        names = names_in(template)
    except ValueError as error:
        raise InvalidOption(f"partition_by={template!r}: {error}") from error
    if not names or not all(names) or any(name.isdigit() for name in names):
        raise InvalidOption(f"partition_by={template!r} must name arguments, as in '{{wallet}}'")
    return names
