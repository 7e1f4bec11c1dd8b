"""Who is asking, and what they may: values that rules decide over, no HTTP."""

from backbeat.gateway.access.actions import Action
from backbeat.gateway.access.policy import Access, Credentials
from backbeat.gateway.access.principal import Principal
from backbeat.gateway.access.roles import Role

__all__ = ["Access", "Action", "Credentials", "Principal", "Role"]
