"""API keys as an access policy."""

from backbeat.app import ApiKeys, Backbeat
from backbeat.gateway.access.actions import Action
from backbeat.gateway.access.policy import Credentials
from backbeat.gateway.access.principal import Principal

_KNOWN = frozenset(Action)


class ApiKeyAccess:
    """Recognises the API keys that `backbeat keys create` makes, as a bearer token."""

    def __init__(self, app: Backbeat) -> None:
        """Recognise the keys of an application."""
        self._keys = ApiKeys(app.connections)

    async def recognise(self, credentials: Credentials) -> Principal | None:
        """See `Access.recognise`."""
        if credentials.bearer is None:
            return None
        key = await self._keys.find(credentials.bearer)
        if key is None:
            return None
        return Principal(
            name=f"key:{key.name}",
            # One that a newer version made may grant what this one does not know.
            actions=frozenset(Action(each) for each in key.actions if each in _KNOWN),
            queues=key.queues,
            expires_at=key.expires_at,
        )
