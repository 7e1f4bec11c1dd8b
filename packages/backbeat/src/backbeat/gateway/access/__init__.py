"""Who is asking, and what they may; no HTTP."""

from backbeat.gateway.access.actions import Action
from backbeat.gateway.access.api_keys import ApiKeyAccess
from backbeat.gateway.access.host import HostAccess
from backbeat.gateway.access.job_tokens import JobTokens
from backbeat.gateway.access.loopback import Loopback
from backbeat.gateway.access.policy import Access, Credentials
from backbeat.gateway.access.principal import Principal
from backbeat.gateway.access.roles import Role
from backbeat.gateway.access.several import FirstOf
from backbeat.gateway.access.tokens import TokenAccess, TokenKey

__all__ = [
    "Access",
    "Action",
    "ApiKeyAccess",
    "Credentials",
    "FirstOf",
    "HostAccess",
    "JobTokens",
    "Loopback",
    "Principal",
    "Role",
    "TokenAccess",
    "TokenKey",
]
