"""One POST to an address that was chosen before: no redirects, no proxies, everything bounded."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from typing import Final

from typing_extensions import override

from backbeat.alerts.channels.addresses import Destination

_MOST_READ: Final = 64 * 1024


def post(
    to: Destination,
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout: float,
    trust: ssl.SSLContext | None = None,
) -> int:
    """Send, and give the status of the answer. What else it says is not looked at. Blocks.

    Args:
        to: Where to; its host is what the certificate must name.
        address: The address to connect to. Nothing is looked up.
        body: What is sent.
        headers: Beside those of length and host.
        timeout: Seconds for all of it.
        trust: Whose certificates are trusted. Defaults to the system's.

    Raises:
        OSError: No answer came in time, or the connection or the certificate failed.
        http.client.HTTPException: The answer is none.
    """
    connection = _Pinned(to, address, timeout, trust)
    # The timeout of a socket is that of one step: drops that come one by one never reach it.
    over = threading.Timer(timeout, connection.cut)
    over.daemon = True
    over.start()
    try:
        connection.putrequest("POST", to.path, skip_host=True, skip_accept_encoding=True)
        for name, value in {
            "Host": to.authority,
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        answer.read(_MOST_READ)
        return answer.status
    except ssl.SSLError:
        raise
    except ValueError as error:  # a socket that was cut under the reader
        raise ConnectionError(str(error)) from error
    finally:
        over.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, under the name of another."""

    def __init__(
        self, to: Destination, address: str, timeout: float, trust: ssl.SSLContext | None
    ) -> None:
        super().__init__(to.host, to.port, timeout=timeout)
        self._to = to
        self._address = address
        self._trust = trust

    @override
    def connect(self) -> None:
        plain = socket.create_connection((self._address, self._to.port), self.timeout)
        self.sock = plain
        if self._to.secure:
            context = self._trust or ssl.create_default_context()
            try:
                self.sock = context.wrap_socket(plain, server_hostname=self._to.host)
            except BaseException:
                plain.close()
                raise

    def cut(self) -> None:
        """End it from another thread."""
        sock = self.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
