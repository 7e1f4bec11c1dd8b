"""Several access policies in one."""

from backbeat.gateway.access.policy import Access, Credentials
from backbeat.gateway.access.principal import Principal


class FirstOf:
    """Recognises whomever one of several policies recognises; the first one that does decides."""

    def __init__(self, *policies: Access) -> None:
        """Ask the policies in this order."""
        self._policies = policies

    async def recognise(self, credentials: Credentials) -> Principal | None:
        """See `Access.recognise`."""
        for policy in self._policies:
            principal = await policy.recognise(credentials)
            if principal is not None:
                return principal
        return None
