"""What can be asked of an application and told to it from outside: the one place that authorises.

Each resource checks what the caller may, writes what is changed into the audit log, takes secrets
out of what leaves, and calls the public face of `backbeat.app`. REST and dashboard stand on it;
neither asks the application itself. Knows nothing of HTTP.
"""

from backbeat.app.redaction import MARK, Redactor
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.service import Service

__all__ = ["MARK", "Caller", "Redactor", "Service"]
