"""What is sent to clients: a name, its fields and the place of the stream from which to resume."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec


@dataclass(frozen=True)
class Message:
    """One event as a client gets it, encoded once for all who get it.

    Attributes:
        name: job-completed, job-progress, ...
        fields: Its facts, as plain JSON values.
        sequence: Where to resume after it.
        replaces: A message with the same key that was not sent yet is not sent any more; None:
            every one is sent.
    """

    name: str
    fields: Mapping[str, Any]
    sequence: str
    replaces: str | None = None

    @cached_property
    def json(self) -> str:
        """The fields and the sequence as one JSON object, on one line."""
        return msgspec.json.encode({**self.fields, "sequence": self.sequence}).decode()
