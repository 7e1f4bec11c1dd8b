"""Somebody who was recognised."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from backbeat.gateway.access.actions import Action


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking and what they were granted.

    Attributes:
        name: What the audit log calls them, such as "key:deploy" or a user's address.
        actions: What they may do.
        queues: In which queues; None means in all of them, and whatever belongs to no queue.
        jobs: Of which jobs alone, for a token that a browser holds; None means of all of them.
        expires_at: When the grant ends; None means that it does not end by itself.
    """

    name: str
    actions: Set[Action]
    queues: Set[str] | None = None
    jobs: Set[str] | None = None
    expires_at: datetime | None = None

    def may(self, action: Action, queue: str | None = None, job: str | None = None) -> bool:
        """Whether an action is granted.

        Args:
            action: The action.
            queue: The queue that it concerns. Defaults to None: it concerns the whole application.
            job: The one job that it concerns. Defaults to None: more than one.
        """
        return (
            action in self.actions
            and (self.queues is None or queue in self.queues)
            and (self.jobs is None or job in self.jobs)
        )

    def is_current(self, now: datetime) -> bool:
        """Whether the grant has not ended."""
        return self.expires_at is None or now < self.expires_at
