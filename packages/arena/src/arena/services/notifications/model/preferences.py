"""What a user wants to be told, and where."""

from collections.abc import Mapping
from typing import Final

# Stands for every kind, or every channel.
ANY: Final = "*"

# (kind, channel) -> wanted.
Preferences = Mapping[tuple[str, str], bool]


def is_wanted(preferences: Preferences, kind: str, channel: str) -> bool:
    """Whether a kind may come by a channel. What says more wins; the kind before the channel.

    Args:
        preferences: Of the user.
        kind: Of the notification.
        channel: By which it would come.
    """
    for said in ((kind, channel), (kind, ANY), (ANY, channel), (ANY, ANY)):
        if said in preferences:
            return preferences[said]
    return True
