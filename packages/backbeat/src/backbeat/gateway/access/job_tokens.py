"""Tokens with which a browser follows and reads one job, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from backbeat.errors import ConfigurationError, InvalidOption
from backbeat.gateway.access.actions import Action
from backbeat.gateway.access.policy import Credentials
from backbeat.gateway.access.principal import Principal
from backbeat.values import Seconds, seconds

_AUDIENCE: Final = "backbeat-live"
_ALGORITHM: Final = "HS256"
_MIN_SECRET_BYTES: Final = 32
_MAX_TOKEN_CHARACTERS: Final = 4_096
_MAX_TTL_S: Final = 7 * 86_400
_CLAIMS: Final = ["exp", "aud", "queue", "job"]


class JobTokens:
    """Signs tokens for one job each, and recognises them: an access policy like others.

    Whoever holds one may follow the job and read it, by REST as well. HS256 and nothing else.
    """

    def __init__(self, secret: str | bytes) -> None:
        """Keep the secret.

        Args:
            secret: At least 32 bytes, the same in every process.

        Raises:
            ConfigurationError: It is shorter.
        """
        key = secret.encode() if isinstance(secret, str) else secret
        if len(key) < _MIN_SECRET_BYTES:
            raise ConfigurationError(
                f"the secret of job tokens has {len(key)} bytes and needs at least"
                f" {_MIN_SECRET_BYTES}: make one with `python -c 'import secrets;"
                " print(secrets.token_urlsafe(32))'` and give it to every process"
            )
        self._key = key

    def issue(self, queue: str, job_id: str, ttl: Seconds = 3_600.0) -> str:
        """A token for one job.

        Args:
            queue: Its queue.
            job_id: The job.
            ttl: How long it is good for, at most 7 days. Defaults to an hour.

        Raises:
            InvalidOption: The time does not make sense.
        """
        import jwt  # only who uses tokens needs the package

        if not 0 < seconds(ttl) <= _MAX_TTL_S:
            raise InvalidOption(f"ttl of a token must be above 0 s and at most 7 days, not {ttl!r}")
        ends = datetime.now(UTC) + timedelta(seconds=seconds(ttl))
        claims = {"aud": _AUDIENCE, "exp": ends, "queue": queue, "job": job_id}
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    async def recognise(self, credentials: Credentials) -> Principal | None:
        """See `Access.recognise`."""
        import jwt

        token = credentials.bearer
        if token is None or len(token) > _MAX_TOKEN_CHARACTERS:
            return None
        try:
            claims = jwt.decode(
                token, self._key, algorithms=[_ALGORITHM], audience=_AUDIENCE,
                options={"require": _CLAIMS},
            )  # fmt: skip
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            return None
        return _principal(claims)


def _principal(claims: dict[str, Any]) -> Principal | None:
    queue, job_id = claims["queue"], claims["job"]
    if not isinstance(queue, str) or not isinstance(job_id, str):
        return None
    return Principal(
        name=f"job:{queue}/{job_id}",
        actions=frozenset({Action.VIEW, Action.READ_DATA}),
        queues=frozenset({queue}),
        jobs=frozenset({job_id}),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
    )
