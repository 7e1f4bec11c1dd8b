"""What every rule has: which queues it looks at, and how loud and how often it speaks."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from backbeat.alerts.alert import Finding, Severity
from backbeat.alerts.facts import Facts
from backbeat.engine.ids import check_name
from backbeat.errors import InvalidOption


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """Looks at a queue and says what somebody should know.

    Attributes:
        kind: What its alerts are called.
        lasting: Whether they stay until the rule finds them no more; else they have just happened.
        name: Tells rules apart that are of one kind. Defaults to the kind, in small letters.
        queues: Names of the queues that it looks at. Defaults to all that are on the server.
        severity: How bad it is. Defaults to "warning".
        cooldown: Seconds after an alert in which the same one is not told again. Defaults to 300.
        channels: Names of those who bring it. Defaults to all.
    """

    kind: ClassVar[str]
    lasting: ClassVar[bool] = True

    name: str = ""
    queues: tuple[str, ...] = ()
    severity: Severity = "warning"
    cooldown: float = 300.0
    channels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check what was declared.

        Raises:
            InvalidOption: A name or a number does not make sense.
        """
        object.__setattr__(self, "name", self.name or self.kind.lower())
        check_name(self.name, "rule")
        if self.severity not in ("info", "warning", "critical"):
            raise InvalidOption(
                f"rule {self.name!r}: severity is info, warning or critical, not {self.severity!r}"
            )
        for field, value in vars(self).items():
            if isinstance(value, int | float) and not 0 <= value < float("inf"):
                raise InvalidOption(f"rule {self.name!r}: {field} is 0 or more, not {value!r}")

    def watches(self, queue: str) -> bool:
        """Whether it looks at this queue."""
        return not self.queues or queue in self.queues

    @abstractmethod
    async def look(self, facts: Facts) -> Sequence[Finding]:
        """What is to be told of one queue now."""

    async def told(self, facts: Facts) -> None:  # noqa: B027 - most rules remember nothing
        """What the last look has found is raised, and need not be found again."""
