"""Every key of the gateway, by name: the only place where they are built."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from backbeat.engine.ids import check_name

# name -> (Redis type, lifetime).
GATEWAY_KEYS: Final[dict[str, tuple[str, str]]] = {
    "api_keys": ("hash", "until revoked: id -> JSON with the hash of an API key"),
    "log": ("stream", "capped: JSON of who asked for what, an entry an action"),
    "meta": ("none", "never exists: names the room in a refusal"),
    "reply": ("hash", "a day: fingerprint, token, answer of a request that may be sent again"),
    "nothing": ("none", "never exists: deleting it is the write that a full server accepts"),
}


@dataclass(frozen=True)
class GatewayKeys:
    """The keys of one thing that the gateway keeps.

    Attributes:
        namespace: Prefix shared by all keys of an installation.
        name: "audit", "api-keys", or the digest of a request.
    """

    namespace: str
    name: str

    def __post_init__(self) -> None:
        """Refuse names that could leave their place in a key."""
        check_name(self.namespace, "namespace")
        check_name(self.name, "what the gateway keeps")

    @cached_property
    def prefix(self) -> str:
        """What every key of this name begins with; no queue can have this hash tag."""
        return f"{self.namespace}:{{G:{self.name}}}:"

    def key(self, name: str) -> str:
        """A fixed key, by its name in `GATEWAY_KEYS`."""
        if name not in GATEWAY_KEYS:
            raise KeyError(name)
        return self.prefix + name
