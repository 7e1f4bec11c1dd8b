"""Three roles, each with what the one before it may."""

from enum import StrEnum

from backbeat.gateway.access.actions import Action

_VIEWER = frozenset({Action.VIEW, Action.READ_DATA})
_OPERATOR = _VIEWER | {Action.ADD, Action.RETRY, Action.CANCEL, Action.REMOVE, Action.PAUSE}


class Role(StrEnum):
    """A usual set of actions."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    @property
    def actions(self) -> frozenset[Action]:
        """What the role may do."""
        return _ACTIONS[self]


_ACTIONS = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.ADMIN: frozenset(Action),
}
