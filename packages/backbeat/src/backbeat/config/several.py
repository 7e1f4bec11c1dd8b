"""Addresses of several servers that act as one: a cluster, or a primary that Sentinels watch."""

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import SplitResult, unquote, urlsplit

Kind = Literal["cluster", "sentinel"]

_PORTS: Final[dict[Kind, int]] = {"cluster": 6379, "sentinel": 26379}


@dataclass(frozen=True)
class Several:
    """What an address such as redis+sentinel://one,two:26379/main/0 says.

    Attributes:
        kind: "cluster" or "sentinel".
        scheme: That of a single server: redis, rediss, valkey or valkeys.
        hosts: Hosts and ports, in their order; at least one.
        path: What follows the hosts, decoded: "main/0".
        user_info: User and password as they stand before the @; empty for none.
        query: What follows the question mark; empty for nothing.
    """

    kind: Kind
    scheme: str
    hosts: tuple[tuple[str, int], ...]
    path: str
    user_info: str = field(repr=False)
    query: str = field(repr=False)

    @property
    def label(self) -> str:
        """The address without what may be secret."""
        hosts = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
                         for host, port in self.hosts)  # fmt: skip
        path = f"/{self.path}" if self.path else ""
        return f"{self.scheme}+{self.kind}://{hosts}{path}"

    @property
    def master(self) -> str:
        """The name by which Sentinels know the primary."""
        return self.path.partition("/")[0]

    @property
    def database(self) -> int:
        """Number of the database; 0 where none is said."""
        return int(self.path.partition("/")[2] or 0)


def parse_several(url: str) -> Several | None:
    """Read an address of several servers; None for any other.

    Raises:
        ValueError: It is one, and something is wrong with it.
    """
    scheme, plus, word = url.partition("://")[0].partition("+")
    if not plus or word not in _PORTS:
        return None
    kind: Kind = "cluster" if word == "cluster" else "sentinel"
    parts = urlsplit(url)
    user_info, _, hosts = parts.netloc.rpartition("@")
    several = Several(
        kind, scheme, tuple(_host(each, kind) for each in hosts.split(",")),
        unquote(parts.path).strip("/"), user_info, parts.query,
    )  # fmt: skip
    _check_path(several)
    return several


def _host(text: str, kind: Kind) -> tuple[str, int]:
    single = urlsplit(f"//{text}")
    try:
        port = single.port
    except ValueError:
        raise ValueError("the address has a malformed host or port") from None
    if not single.hostname or _has_more(single):
        raise ValueError(f"{kind} addresses are hosts with a comma between: one:7000,two:7000")
    return single.hostname, _PORTS[kind] if port is None else port


def _has_more(single: SplitResult) -> bool:
    return bool(single.path or single.query or single.username)


def _check_path(several: Several) -> None:
    if several.kind == "cluster":
        if several.path not in {"", "0"}:
            raise ValueError("a cluster has the one database 0: leave the path out")
        return
    name, _, database = several.path.partition("/")
    if not name:
        raise ValueError("the hosts of Sentinels must be followed by /NAME of the primary")
    if database and not (database.isascii() and database.isdigit()):
        raise ValueError("the name of the primary may be followed by the number of a database")
