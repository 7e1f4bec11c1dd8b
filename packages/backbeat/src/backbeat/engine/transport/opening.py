"""The transport that fits an address: to one server, to a watched primary, to a cluster."""

from backbeat.config.several import Several, parse_several
from backbeat.engine.transport.base import SyncTransport, Transport
from backbeat.engine.transport.cluster import ClusterTransport
from backbeat.engine.transport.multiplexed import ANSWER_TIMEOUT_S, MultiplexedTransport
from backbeat.engine.transport.resend import LONGEST_PAUSE_S
from backbeat.engine.transport.sentinel import sentinel_target
from backbeat.engine.transport.sync import ThreadTransport
from backbeat.engine.transport.sync_cluster import ThreadClusterTransport
from backbeat.engine.transport.target import Target
from backbeat.errors import ConfigurationError


def open_transport(address: str) -> Transport:
    """A transport for one event loop; connects at its first call.

    Raises:
        ConfigurationError: The address cannot be used.
    """
    several = _several(address)
    if several is not None and several.kind == "cluster":
        return ClusterTransport(several)
    return MultiplexedTransport(_target(address, several))


def open_sync_transport(
    address: str,
    *,
    answer_timeout: float = ANSWER_TIMEOUT_S,
    longest_pause: float = LONGEST_PAUSE_S,
) -> SyncTransport:
    """A transport for code without an event loop; see `ThreadTransport` for the arguments.

    Raises:
        ConfigurationError: The address cannot be used.
    """
    times = {"answer_timeout": answer_timeout, "longest_pause": longest_pause}
    several = _several(address)
    if several is not None and several.kind == "cluster":
        return ThreadClusterTransport(several, **times)
    return ThreadTransport(_target(address, several), **times)


def _target(address: str, several: Several | None) -> Target:
    if several is None:
        return Target.parse(address)
    return sentinel_target(several, Target.way(several))


def _several(address: str) -> Several | None:
    try:
        return parse_several(address)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
