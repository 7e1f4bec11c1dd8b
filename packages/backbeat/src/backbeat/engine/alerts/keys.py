"""Every key of the alerts of an installation: the only place where they are built."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from backbeat.engine.ids import check_name

# name -> (Redis type, lifetime).
ALERT_KEYS: Final[dict[str, tuple[str, str]]] = {
    "active": ("hash", "until it recovers: key of an alert -> since ms|last ms|told 0/1|JSON"),
    "cooling": ("zset", "cool-down: key of an alert -> ms until which it is not raised again"),
    "silences": ("hash", "silence: pattern -> until ms|words"),
    "log": ("list", "the newest 1,000: ms|what|JSON"),
    "deliveries": ("hash", "until delivered or given up: id -> attempts|channel|JSON"),
    "due": ("zset", "until delivered or given up: id -> ms of the next attempt"),
    "memory": ("hash", "for good: what rules remember from look to look"),
    "nothing": ("none", "never exists: deleting it is the write that a full server accepts"),
}


@dataclass(frozen=True)
class AlertKeys:
    """The keys of one installation.

    Attributes:
        namespace: Prefix shared by all keys of it.
    """

    namespace: str

    def __post_init__(self) -> None:
        """Refuse names that could leave their place in a key."""
        check_name(self.namespace, "namespace")

    @cached_property
    def prefix(self) -> str:
        """What every key begins with. No queue can have the name in braces."""
        return f"{self.namespace}:{{A:alerts}}:"

    def key(self, name: str) -> str:
        """A fixed key, by its name in `ALERT_KEYS`."""
        if name not in ALERT_KEYS:
            raise KeyError(name)
        return self.prefix + name
