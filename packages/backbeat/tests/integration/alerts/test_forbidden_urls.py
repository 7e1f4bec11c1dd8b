"""Webhooks to the inside, in every disguise that a URL has: no connection is ever begun.

What is looked up is what the system's resolver makes of a number; names come from a table. What is
connected to is heard by an audit hook of the interpreter, so that nothing can hide from it.
"""

import ipaddress
import socket
import sys
from collections.abc import Iterator
from typing import Any, Final

import pytest

from backbeat import InvalidOption
from backbeat.alerts import DeliveryFailed, Webhook
from packages.backbeat.tests.integration.alerts.test_webhook import NOTICE
from packages.backbeat.tests.support.receiver import Receiver, receiver
from packages.backbeat.tests.unit.alerts.test_addresses import DISGUISED, INSIDE, OUTSIDE

# Names that lead inside, and what their name servers say.
NAMES: Final = {
    "localtest.example.org": ["127.0.0.1"],
    "127.0.0.1.example.org": ["127.0.0.1"],
    "metadata.example.org": ["169.254.169.254"],
    "both.example.org": ["8.8.8.8", "10.0.0.1"],
    "last.example.org": ["8.8.8.8", "1.1.1.1", "::1"],
    "mapped.example.org": ["::ffff:127.0.0.1"],
    "nat64.example.org": ["64:ff9b::7f00:1"],
    "six-to-four.example.org": ["2002:7f00:1::"],
    "zone.example.org": ["fe80::1%lo"],
    "nothing.example.org": [],
    "xn--nxasmq6b.example.org": ["192.168.1.1"],
    "βόλος.example.org": ["192.168.1.1"],
    "\uff45.example.org": ["10.1.2.3"],
    "metadata.google.internal": ["169.254.169.254"],
    "kubernetes.default.svc": ["10.96.0.1"],
}
# Whoever reads a URL in another way than who connects is led elsewhere. S is https.
TRICKS: Final = [
    "S://8.8.8.8@127.0.0.1:{port}/", "S://127.0.0.1:{port}@8.8.8.8/",
    "S://8.8.8.8:443@127.0.0.1:{port}/", "S://a:b@127.0.0.1:{port}/",
    "S://127.0.0.1:{port}#@8.8.8.8/", "S://8.8.8.8#@127.0.0.1:{port}/",
    "S://127.0.0.1:{port}\\@8.8.8.8/", "S://8.8.8.8\\@127.0.0.1:{port}/",
    "S://127.0.0.1:{port}?@8.8.8.8/", "S://127.0.0.1:{port}/?@8.8.8.8/",
    "S://8.8.8.8 @127.0.0.1:{port}/", "S://8.8.8.8\t@127.0.0.1:{port}/",
    "S://127.0.0.1:{port}\r\n.example.org/", "S://127.0.0.1:{port}%0d%0a/",
    "S://127.0.0.1%00.example.org:{port}/", "S://127.0.0.1%2e.example.org:{port}/",
    "S://%31%32%37.0.0.1:{port}/", "S://127.0.0.1%20:{port}/",
    "https:\\\\127.0.0.1:{port}/", "https:/127.0.0.1:{port}/", "https:127.0.0.1:{port}",
    "S:///127.0.0.1:{port}/", "S://///127.0.0.1:{port}/", "//127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/", "HTTP://127.0.0.1:{port}/", "file://127.0.0.1:{port}/etc/passwd",
    "gopher://127.0.0.1:{port}/_x", "dict://127.0.0.1:{port}/x", "ftp://127.0.0.1:{port}/",
    "unix:///var/run/docker.sock", "jar:https://127.0.0.1:{port}/!/", "data:text/plain,x",
    "S://[fe80::1%25lo]:{port}/", "S://[::1%25lo]:{port}/", "S://[::1%lo]:{port}/",
    "S://[::ffff:127.0.0.1%25lo]:{port}/", "S://[127.0.0.1]:{port}/",
    "S://[::127.0.0.1]:{port}/", "S://[v1.x]:{port}/", "S://[]:{port}/",
    "S://[::1]x:{port}/", "S://[::1:{port}/", "S://::1:{port}/",
    "S://0:{port}/", "S://0.0.0.0:{port}/", "S://00000.0:{port}/",
    "S://127.0.0.1:0{port}/", "S://127.0.0.1:+{port}/", "S://127.0.0.1:{port}:80/",
    "S://0x7f.0x0.0x0.0x1:{port}/", "S://0177.0.0.0x1:{port}/",
    "S://127.000.000.001:{port}/", "S://127.0.0.1.:{port}/", "S://127.0.0.1..:{port}/",
    "S://.127.0.0.1:{port}/", "S://localhost:{port}/", "S://localhost.:{port}/",
    "S://LocalHost:{port}/", "S://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/", "S://lo\u00adcalhost:{port}/",
    "S://127。0。0。1:{port}/", "S://127\uff0e0\uff0e0\uff0e1:{port}/", "S://①②⑦.0.0.1:{port}/",
    "S://xn--127-0-0-1-.example.org@127.0.0.1:{port}/", "S://${{host}}:{port}/",
    "S://[fd00:ec2::254]:{port}/latest/meta-data/", "S://169.254.170.2:{port}/v2/",
    "S://100.100.100.200:{port}/latest/", "S://169.254.43518:{port}/",
    "S://0xA9.0xFE.0xA9.0xFE:{port}/", "S://0251.0376.0251.0376:{port}/",
    "S://3232235521:{port}/", "S://0300.0250.0.1:{port}/", "S://192.168.257:{port}/",
    "S://127.0.0.1\u2028.example.org:{port}/", "S://127.0.0.1\u0000:{port}/",
]  # fmt: skip


def _hosts() -> list[str]:
    """Every address of the inside as a host, with those that no URL can have left out."""
    plain = [f"[{each}]" if ":" in each else each for each in INSIDE if "%" not in each]
    return list(dict.fromkeys([*plain, *DISGUISED, *NAMES]))


TABLE: Final = [
    *(f"https://{host}:{{port}}/hook" for host in _hosts()),
    *(f"https{each[1:]}" if each.startswith("S:") else each for each in TRICKS),
]
_connected: list[Any] | None = None


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _connected is not None:
        _connected.append(args[1])


sys.addaudithook(_hear)  # cannot be taken back: it is deaf outside of these tests


@pytest.fixture
def connected() -> Iterator[list[Any]]:
    """Every address that anything in this process connects to."""
    global _connected
    _connected = []
    yield _connected
    _connected = None


@pytest.fixture(scope="module")
def inside() -> Iterator[Receiver]:
    """Something inside that would like to be reached."""
    with receiver() as running:
        yield running


def resolve(host: str, port: int, **options: Any) -> Any:
    """The system's resolver for numbers and this machine, a table for names."""
    readable = {name.encode("idna").decode(): told for name, told in NAMES.items()}
    if (told := readable.get(host)) is not None:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in told]
    if host.rstrip(".") == "localhost":
        return socket.getaddrinfo(host, port, **options)
    return socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST, **options)


def test_the_table_is_long_and_says_each_thing_once() -> None:
    assert len(TABLE) == len(set(TABLE))
    assert len(TABLE) >= 150


@pytest.mark.parametrize("url", TABLE)
async def test_nothing_inside_is_connected_to(
    url: str, inside: Receiver, connected: list[Any]
) -> None:
    try:
        webhook = Webhook(
            "pager", url.format(port=inside.port), keys=["a secret of the pager"], resolve=resolve
        )
    except InvalidOption:
        pass
    else:
        with pytest.raises(DeliveryFailed, match=r"not of the open internet|has no address"):
            await webhook.deliver(NOTICE)
    assert connected == []
    assert inside.came == []


@pytest.mark.parametrize("behaviour", ["redirect", 301, 307, 308])
async def test_a_redirect_to_the_inside_is_not_followed(
    behaviour: int | str, connected: list[Any]
) -> None:
    with receiver() as outside, receiver() as within:
        outside.behaviour, outside.elsewhere = behaviour, within.url
        webhook = Webhook(
            "pager", outside.url, keys=["a secret of the pager"], insecure=True, private=True
        )
        with pytest.raises(DeliveryFailed, match="answered 30"):
            await webhook.deliver(NOTICE)
        assert [address[1] for address in connected] == [outside.port]
        assert within.came == []


async def test_a_name_is_looked_up_once_and_only_that_address_is_connected_to(
    connected: list[Any],
) -> None:
    answers = iter([[OUTSIDE[0]], ["127.0.0.1"], ["127.0.0.1"]])

    def rebinding(host: str, port: int, **_: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in next(answers)]

    url = "https://rebinds.example.org:8443/hook"
    webhook = Webhook("pager", url, keys=["a secret of the pager"], timeout=0.2, resolve=rebinding)
    with pytest.raises(DeliveryFailed):
        await webhook.deliver(NOTICE)
    assert [address[0] for address in connected] == [OUTSIDE[0]]
    assert ipaddress.ip_address(OUTSIDE[0]).is_global
