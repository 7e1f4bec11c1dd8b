"""How an embedded server is called: by the folder of its socket, and a name of a database."""

from pathlib import Path
from typing import Final
from urllib.parse import quote

# The port names the socket; nothing listens on it.
PORT: Final = 5432
SOCKET_NAME: Final = f".s.PGSQL.{PORT}"
SUPERUSER: Final = "postgres"
SYSTEM_DATABASE: Final = "postgres"


def address_of(sockets: Path, database: str = SYSTEM_DATABASE) -> str:
    """The address of a database on the server whose socket is in a folder.

    Args:
        sockets: Folder of the socket, absolute.
        database: Name of the database. Defaults to the one that every server has.
    """
    return f"postgresql://{SUPERUSER}@/{quote(database)}?host={quote(str(sockets))}&port={PORT}"
