"""Which PostgreSQL it is: the address that was given, or a server of our own."""

from typing import Final

from arena.base.errors import Misconfigured
from arena.base.postgres.embedded import EmbeddedPostgres
from arena.base.settings import ArenaSettings
from backbeat.server.policy import forbidden_place
from backbeat.server.surroundings import Surroundings, look_around

_SCHEME: Final = "embedded://"
_REMEDY: Final = (
    "set DATABASE_URL to the server that all processes share, or write embedded://folder to keep"
    " the data on this machine on purpose"
)


def choose_postgres(
    settings: ArenaSettings, surroundings: Surroundings | None = None
) -> str | EmbeddedPostgres:
    """Find out where the data of record is; nothing is started or contacted.

    Args:
        settings: What the installation says.
        surroundings: Where this process runs. Defaults to what the machine shows.

    Returns:
        The address that was given, else the embedded server of `data_dir`.

    Raises:
        Misconfigured: No address was given where a private database would be a mistake.
    """
    address = settings.postgres
    if address is None:
        _refuse_unasked(settings, surroundings or look_around(production=False))
        return EmbeddedPostgres(settings.data_dir / "postgres")
    if address.startswith(_SCHEME):
        return EmbeddedPostgres(address.removeprefix(_SCHEME))
    return address


def _refuse_unasked(settings: ArenaSettings, surroundings: Surroundings) -> None:
    place = forbidden_place(surroundings)
    if settings.node_env == "production":
        place = "NODE_ENV says production"
    if place is not None:
        raise Misconfigured(
            f"no address of PostgreSQL is set, and {place}: a server of its own would give this"
            f" process a private database; {_REMEDY}"
        )
