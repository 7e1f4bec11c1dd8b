"""API keys: made once, shown once, kept as a hash."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from backbeat.app.connections import Connections
from backbeat.engine.gateway.client import ApiKeyClient
from backbeat.engine.ids import check_name
from backbeat.errors import InvalidOption
from backbeat.values import Seconds, seconds

_FORM: Final = re.compile(r"bb_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of an API key.

    Attributes:
        id: The part of it that may be shown; names it for `revoke`.
        name: Whom or what it is for.
        actions: What it grants.
        queues: In which queues; None means in all of them.
        created_at: When it was made.
        expires_at: When it ends; None: when it is revoked.
    """

    id: str
    name: str
    actions: frozenset[str]
    queues: frozenset[str] | None
    created_at: datetime
    expires_at: datetime | None


class _Kept(msgspec.Struct, frozen=True):
    """What the server keeps of a key."""

    name: str
    sha256: str
    actions: list[str]
    queues: list[str] | None
    created_at: datetime
    expires_at: datetime | None


class ApiKeys:
    """The API keys of an application.

    A key is 256 random bits, so a plain hash keeps it as safe as a slow one would: nobody can try
    them through. It is found by its public part, and compared in constant time.
    """

    def __init__(self, connections: Connections) -> None:
        """Ask nothing yet.

        Args:
            connections: The way to the server, `app.connections`.
        """
        self._connections = connections

    async def create(
        self,
        name: str,
        actions: Iterable[str],
        *,
        queues: Iterable[str] | None = None,
        lifetime: Seconds | None = None,
    ) -> tuple[ApiKey, str]:
        """Make a key.

        Args:
            name: Whom or what it is for: letters, digits and `._-`.
            actions: What it grants.
            queues: In which queues. Defaults to None: in all, and what belongs to no queue.
            lifetime: How long it is good. Defaults to None: until it is revoked.

        Returns:
            What is known of it, and the key itself, which nobody can ask for again.

        Raises:
            InvalidOption: A name cannot be one, nothing is granted, or the lifetime is none.
        """
        granted = sorted(set(actions))
        if not granted:
            raise InvalidOption(f"key {name!r}: it grants nothing; name at least one action")
        length = None if lifetime is None else seconds(lifetime)
        if length is not None and length <= 0:
            raise InvalidOption(f"key {name!r}: lifetime must be more than 0 s, not {lifetime!r}")
        key_id = "".join(secrets.choice(_LETTERS) for _ in range(12))
        whole = f"bb_{key_id}_{secrets.token_urlsafe(32)}"
        now = datetime.now(UTC)
        kept = _Kept(
            name=check_name(name, "key"),
            sha256=_digest(whole),
            actions=granted,
            queues=None if queues is None else [check_name(each, "queue") for each in queues],
            created_at=now,
            expires_at=None if length is None else now + timedelta(seconds=length),
        )
        await (await self._client()).put(key_id, msgspec.json.encode(kept))
        return _shown(key_id, kept), whole

    async def find(self, whole: str) -> ApiKey | None:
        """The key that somebody shows; None where it is none, or is over."""
        form = _FORM.fullmatch(whole)
        if form is None:
            return None
        record = await (await self._client()).get(form[1])
        kept = None if record is None else msgspec.json.decode(record, type=_Kept)
        # An unknown id is compared, too: whoever guesses learns nothing from the time.
        same = hmac.compare_digest(_digest(whole), _digest("") if kept is None else kept.sha256)
        if kept is None or not same:
            return None
        over = kept.expires_at is not None and kept.expires_at <= datetime.now(UTC)
        return None if over else _shown(form[1], kept)

    async def list(self) -> list[ApiKey]:
        """All keys, also those that are over."""
        found = await (await self._client()).all()
        return [_shown(name, msgspec.json.decode(kept, type=_Kept)) for name, kept in found]

    async def revoke(self, key_id: str) -> bool:
        """End a key; says whether there was one of this id."""
        client = await self._client()
        known = await client.get(key_id) is not None
        await client.remove(key_id)
        return known

    async def _client(self) -> ApiKeyClient:
        connection = await self._connections.open()
        return ApiKeyClient(connection.transport, connection.namespace)


def _digest(whole: str) -> str:
    return hashlib.sha256(whole.encode()).hexdigest()


def _shown(key_id: str, kept: _Kept) -> ApiKey:
    queues = None if kept.queues is None else frozenset(kept.queues)
    return ApiKey(
        key_id, kept.name, frozenset(kept.actions), queues, kept.created_at, kept.expires_at
    )
