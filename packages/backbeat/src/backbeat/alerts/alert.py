"""What a rule has found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["info", "warning", "critical"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that somebody should know.

    Attributes:
        subject: What it is about: the queue, or the queue and what of it, as in "mails|nightly".
        summary: One sentence.
        data: Facts about it, as JSON has them; see the page on alerts for those of each rule.
    """

    subject: str
    summary: str
    data: Mapping[str, Any] = field(default_factory=dict)
