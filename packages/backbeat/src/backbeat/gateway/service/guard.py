"""Authorisation and the audit log: nothing is asked or told without passing here."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from backbeat.app import AuditEntry, AuditLog
from backbeat.app.redaction import Redactor
from backbeat.errors import BackbeatError
from backbeat.gateway.access import Action
from backbeat.gateway.errors import Forbidden, NotConfirmed, ReadOnly
from backbeat.gateway.service.caller import Caller


class Guard:
    """Decides what a caller may, and writes down what callers change.

    Attributes:
        read_only: Whether nothing can be changed, whoever asks.
        redactor: Takes secrets out of what is written down.
    """

    def __init__(self, audit: AuditLog, redactor: Redactor, *, read_only: bool = False) -> None:
        """Guard an application.

        Args:
            audit: Where it is written down.
            redactor: Takes secrets out of that.
            read_only: Whether to refuse every change. Defaults to False.
        """
        self.read_only = read_only
        self.redactor = redactor
        self._audit = audit

    def check(
        self, caller: Caller, action: Action, queue: str | None = None, job: str | None = None
    ) -> None:
        """Do nothing where the caller may.

        Raises:
            Forbidden: The caller may not.
        """
        if not caller.principal.may(action, queue, job):
            raise Forbidden(action, queue)

    def confirm(self, name: str, said: str) -> None:
        """Do nothing where somebody repeated the name of what is done to.

        Raises:
            NotConfirmed: It is another name.
        """
        if said != name:
            raise NotConfirmed(name)

    @asynccontextmanager
    async def act(
        self,
        caller: Caller,
        action: Action,
        what: str,
        *,
        queue: str | None = None,
        job: str | None = None,
        subjects: Iterable[str] = (),
        old: Any = None,
        new: Any = None,
    ) -> AsyncIterator[None]:
        """Around a change: it is written down before it is made, so that none goes unseen.

        Should it be refused, a second entry says so.

        Args:
            caller: Who asks.
            action: The permission that it needs.
            what: The operation, such as "jobs.retry".
            queue: The queue that it concerns. Defaults to none.
            job: The one job that it concerns. Defaults to none, or several.
            subjects: What it is done to. Defaults to the job.
            old: What is there before.
            new: What is asked for.

        Raises:
            Forbidden: The caller may not.
            ReadOnly: Nobody may.
            ServerUnavailable: It could not be written down: nothing was changed.
        """
        self.check(caller, action, queue, job)
        if self.read_only:
            raise ReadOnly
        entry = AuditEntry(
            who=caller.principal.name,
            action=action,
            what=what,
            queue=queue,
            subjects=tuple(subjects) or (() if job is None else (job,)),
            old=self.redactor.value(msgspec.to_builtins(old)),
            new=self.redactor.value(msgspec.to_builtins(new)),
            request_id=caller.request_id,
        )
        entry_id = await self._audit.append(entry)
        try:
            yield
        except BackbeatError as error:
            refused = msgspec.structs.replace(
                entry, old=None, new=None, refused=type(error).__name__, of=entry_id
            )
            await self._audit.append(refused)
            raise
