"""The server behind the queues: one of ours as a child process, or the user's by its address.

Nothing starts or connects before `connect_target`; knows nothing of queues and jobs.
"""

from backbeat.server.checking import check_target
from backbeat.server.doctor import check_server
from backbeat.server.embedded import EmbeddedServer
from backbeat.server.explain import Explanation, explain
from backbeat.server.findings import Finding
from backbeat.server.target import Target, connect_target

__all__ = [
    "EmbeddedServer",
    "Explanation",
    "Finding",
    "Target",
    "check_server",
    "check_target",
    "connect_target",
    "explain",
]
