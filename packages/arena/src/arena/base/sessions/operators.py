"""What users of the house may do with its jobs: Backbeat's REST, events and dashboard ask here."""

from arena.base.identity import Identity, Recognise
from arena.base.identity import Role as HouseRole
from backbeat.gateway.access import Credentials, HostAccess, Principal, Role


def operators(recognise: Recognise) -> HostAccess:
    """The access policy: operators steer jobs, admins do everything, others see nothing of it.

    Args:
        recognise: Tells who comes with which credentials.
    """

    async def principal(credentials: Credentials) -> Principal | None:
        identity = await recognise(credentials)
        role = None if identity is None else _role_of(identity)
        if identity is None or role is None:
            return None
        return Principal(f"user:{identity.name}", role.actions, expires_at=identity.expires_at)

    return HostAccess(principal)


def _role_of(identity: Identity) -> Role | None:
    if HouseRole.ADMIN in identity.roles:
        return Role.ADMIN
    return Role.OPERATOR if HouseRole.OPERATOR in identity.roles else None
