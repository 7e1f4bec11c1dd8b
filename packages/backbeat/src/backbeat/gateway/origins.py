"""Which web pages may ask and listen: an exact list, and pages of the gateway itself."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from backbeat import InvalidOption

_PLAIN = {"ws": "http", "wss": "https"}


class Origins:
    """Decides by the `Origin` that a browser sends; programs send none and need credentials."""

    def __init__(self, allowed: Iterable[str]) -> None:
        """Take the list.

        Args:
            allowed: Origins such as "https://shop.example.com"; no pattern, no "*".

        Raises:
            InvalidOption: One of them is no origin.
        """
        self._allowed = frozenset(map(_checked, allowed))

    def allows(self, connection: HTTPConnection) -> bool:
        """Whether a connection may come from where it says that it comes from."""
        given = connection.headers.getlist("origin")
        if not given:
            return True
        if len(given) > 1:
            return False
        [origin] = given
        return origin in self._allowed or origin == _own(connection)

    def headers(self, connection: HTTPConnection) -> dict[str, str]:
        """What a browser has to be told so that a page of an allowed origin may read the answer."""
        vary = {"Vary": "Origin"}
        origin = connection.headers.get("origin")
        if origin is None or not self.allows(connection):
            return vary
        return {
            **vary,
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
        }


def _own(connection: HTTPConnection) -> str:
    # Not by the whole address: its query may be no text at all.
    scheme = connection.scope.get("scheme", "http")
    return f"{_PLAIN.get(scheme, scheme)}://{connection.headers.get('host', '')}"


def _checked(origin: str) -> str:
    if not _is_origin(origin):
        raise InvalidOption(
            f"{origin[:80]!r} is no origin: give scheme, host and port as a browser sends them,"
            " such as 'https://shop.example.com'"
        )
    return origin


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and text == f"{parts.scheme}://{parts.netloc}"
