"""Where a webhook may go: the forms that addresses have, and names that change theirs."""

import socket
from typing import Any

import pytest

from backbeat import InvalidOption
from backbeat.alerts.channels.addresses import (
    Forbidden,
    choose_address,
    is_public,
    parse_destination,
)

INSIDE = [
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254",
    "127.0.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1",
    "192.0.2.1", "192.168.0.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
    "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "fc00::1", "fd12::1",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"]
# What the system's resolver takes for 127.0.0.1, 10.0.0.1 or 169.254.169.254.
DISGUISED = [
    "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1",
    "0x7f.1", "10.1", "167772161", "0xa000001", "012.0.0.1", "2852039166", "0xa9fea9fe", "0",
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "127.0.0.1.", "localhost", "localhost.", "[::1]", "[::ffff:127.0.0.1]",
    "[0:0:0:0:0:0:0:1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[fe80::1]", "[::]",
    "①②⑦.⓪.⓪.①", "127。0。0。1", "127.0.0.1", "LOCALHOST",
]  # fmt: skip
# Split, since they lead nowhere.
USER = "https://" + "user"
BROKEN = [
    "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/",
    "//example.org/", "example.org", "https://", "https:///path", f"{USER}@example.org/",
    f"{USER}:word@example.org/", "https://example.org@127.0.0.1/", "https://@example.org/",
    "https://example.org:0/", "https://example.org:99999/", "https://example.org:port/",
    "https://example.org/#part", "https://example.org /", "https://example.org/a b",
    "https://example.org/\r\nHost: inside", "https://example.org/\tx", "https://example.org\\@in/",
    "https://[fe80::1%25eth0]/", "https://[::1", "https://example.org<x/", "https://example.org/ä",
    "https://" + "a" * 2_000 + ".org/", "https://" + "a" * 64 + ".org/", "javascript:alert(1)",
    "https://example.org/{x}", "https://example.org/|x", 'https://example.org/"x', "",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_the_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_open_internet_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", DISGUISED)
def test_a_disguised_address_is_refused_by_what_it_means(host: str) -> None:
    try:
        to = parse_destination(f"https://{host}/")
    except InvalidOption:
        return
    with pytest.raises(Forbidden):
        choose_address(to)


@pytest.mark.parametrize("url", BROKEN)
def test_what_is_no_plain_https_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidOption):
        parse_destination(url)


@pytest.mark.parametrize("inside", INSIDE)
def test_one_address_of_the_inside_among_others_is_enough(inside: str) -> None:
    to = parse_destination("https://example.org/")
    with pytest.raises(Forbidden, match="not of the open internet"):
        choose_address(to, resolve=answers("8.8.8.8", inside))


def test_a_name_is_looked_up_once() -> None:
    asked: list[str] = []
    told = [["8.8.8.8"], ["127.0.0.1"]]

    def rebinding(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        found: list[tuple[Any, ...]] = answers(*told[len(asked) - 1])(host, port)
        return found

    to = parse_destination("https://rebinds.example.org:8443/hook?x=1")
    assert choose_address(to, resolve=rebinding) == "8.8.8.8"
    assert asked == ["rebinds.example.org"]
    assert (to.authority, to.path) == ("rebinds.example.org:8443", "/hook?x=1")


def test_a_name_without_an_address_is_refused() -> None:
    to = parse_destination("https://example.org/")
    with pytest.raises(Forbidden, match="no address"):
        choose_address(to, resolve=answers())


def answers(*addresses: str) -> Any:
    """A resolver that always says this."""

    def resolve(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    return resolve
