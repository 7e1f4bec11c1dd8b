"""What came with a connection, for the access policy."""

from typing import Any

from starlette.requests import HTTPConnection

from backbeat.gateway.access import Credentials


def read_credentials(connection: HTTPConnection, token: Any = None) -> Credentials:
    """The credentials of a request or a handshake.

    Args:
        connection: The request.
        token: A token that came in another way than a header, which is then the bearer.
    """
    bearer = token if isinstance(token, str) and token else _bearer(connection)
    return Credentials(
        bearer=bearer,
        headers=dict(connection.headers),
        cookies=dict(connection.cookies),
        client=None if connection.client is None else connection.client.host,
    )


def _bearer(connection: HTTPConnection) -> str | None:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
