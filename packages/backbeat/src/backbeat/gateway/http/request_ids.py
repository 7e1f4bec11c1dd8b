"""Names each request, for its answer, the log and the audit log."""

import re
import secrets
from collections.abc import MutableMapping
from typing import Any, Final

_FORM: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
HEADER: Final = "X-Request-Id"
_KEY: Final = "backbeat.request_id"


def request_id(scope: MutableMapping[str, Any]) -> str:
    """The name of a request: what a proxy before us gave it, where it is one, else a new one."""
    known = scope.get(_KEY)
    if known is None:
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        known = given.decode() if _FORM.fullmatch(given) else secrets.token_hex(8)
        scope[_KEY] = known
    return str(known)
