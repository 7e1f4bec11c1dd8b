"""Whether a server of our own may run where nobody gave an address.

A forgotten address must not give each replica a private queue that dies with it.
"""

from typing import Final

from backbeat.errors import ConfigurationError
from backbeat.server.findings import Finding
from backbeat.server.surroundings import Surroundings

_REMEDY: Final = (
    "set BACKBEAT_URL to the server that all processes share, or write embedded://folder to keep"
    " the data on this machine on purpose"
)


def judge_unasked(surroundings: Surroundings) -> str | None:
    """Judge an embedded server that nobody asked for.

    Returns:
        A warning to give with its start, None where it is at home.

    Raises:
        ConfigurationError: It is refused here.
    """
    finding = find_unasked(surroundings)
    if finding is None:
        return None
    said = f"{finding.what}; {finding.advice}"
    if finding.level == "fail":
        raise ConfigurationError(said)
    return said


def find_unasked(surroundings: Surroundings) -> Finding | None:
    """What is wrong with an embedded server that nobody asked for: "fail" where it is refused."""
    place = forbidden_place(surroundings)
    if place is not None:
        what = (
            f"no server address is set, and {place}: a server of its own would give this process a"
            " private queue"
        )
        return Finding("address", "fail", what, _REMEDY)
    if surroundings.container:
        what = (
            "no server address is set in this container: its queue is private and its data may go"
            " with it"
        )
        return Finding("address", "warn", what, _REMEDY)
    return None


def forbidden_place(surroundings: Surroundings) -> str | None:
    """Where this is, if no server may start there unasked: as a clause, without its remedy."""
    if surroundings.production:
        return "BACKBEAT_ENV says production"
    if surroundings.kubernetes:
        return "this is a Kubernetes pod"
    if surroundings.systemd_unit:
        return "this is a systemd unit"
    return None
