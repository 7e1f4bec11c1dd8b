"""Tokens that are good, and all those that are not; the secret; and PostgreSQL away."""

import base64
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import pytest
from pydantic import SecretStr

from arena.base.db.opening import connect
from arena.base.durations import parse_duration
from arena.base.errors import Misconfigured
from arena.base.identity import Identity, Role
from arena.base.sessions.opening import open_sessions
from arena.base.sessions.recognising import FRESH_S, Recogniser
from arena.base.sessions.secret import session_secret
from arena.base.sessions.tokens import Tokens
from arena.base.settings import ArenaSettings
from backbeat.gateway.access import Action, Credentials
from packages.arena.tests.base.sessions.door import Door

SECRET = "a secret of thirty-two bytes or more"  # noqa: S105 - of this test alone
NOW = int(datetime.now(UTC).timestamp())
# Read once for all tests: what is good stays good until the last of them.
DAY = 86_400
CLAIMS: dict[str, Any] = {
    "iss": "arena", "aud": "arena", "sub": str(UUID(int=1)), "sid": str(UUID(int=2)),
    "name": "ada", "roles": ["player", "admin"], "iat": NOW, "nbf": NOW, "exp": NOW + DAY,
}  # fmt: skip


def signed(
    secret: str = SECRET, algorithm: str = "HS256", header: dict[str, Any] | None = None,
    **claims: Any,
) -> str:  # fmt: skip
    said = {**CLAIMS, **claims}
    kept = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(kept, secret, algorithm=algorithm, headers={"kid": "arena", **(header or {})})


def unsigned() -> str:
    """What says that nobody has signed it, as an attacker would write it."""
    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"arena"}').decode().rstrip("=")
    return f"{header}.{signed().split('.')[1]}."


def test_a_token_says_who_and_what_and_until_when() -> None:
    tokens = Tokens(SECRET, seconds=60)
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
    ada = Identity(UUID(int=1), "ada", frozenset({Role.PLAYER}), UUID(int=2), ends)
    issued = tokens.issue(ada, round(ends.timestamp() - 60) * 1000)
    assert tokens.read(issued.token) == ada


@pytest.mark.parametrize(
    "token",
    [
        None, "", "x", "a.b.c", "...", "x" * 9_000,
        signed("another secret of thirty-two bytes"),
        signed(SECRET * 2, "HS512"), unsigned(),
        signed(exp=NOW - 60), signed(nbf=NOW + DAY), signed(iat=NOW + DAY),
        signed(iss="elsewhere"), signed(aud="elsewhere"), signed(aud=["backbeat-live"]),
        signed(exp=None), signed(aud=None), signed(iss=None), signed(sub=None), signed(sid=None),
        signed(sub="1; DROP TABLE users"), signed(roles=None), signed(roles=7), signed(name=None),
        signed(header={"crit": ["exp"]}), signed(header={"kid": "../../etc/passwd"}),
        signed(header={"x": "y" * 5_000}), signed(exp=10**30),
        signed()[:-2], signed() + "AA",
    ],
)  # fmt: skip
def test_any_other_token_is_nobodys(token: str | None) -> None:
    assert Tokens(SECRET, seconds=60).read(signed()) is not None
    assert Tokens(SECRET, seconds=60).read(token) is None


def test_a_role_that_is_not_known_here_is_none() -> None:
    read = Tokens(SECRET, seconds=60).read(signed(roles=["player", "emperor"]))
    assert read is not None
    assert read.roles == {Role.PLAYER}


def test_without_a_secret_one_is_made_for_the_folder_and_kept_from_others(
    settings: ArenaSettings,
) -> None:
    first = session_secret(settings)
    assert len(first) >= 48
    assert session_secret(settings) == first
    [kept] = settings.data_dir.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_secret_that_others_may_read_is_refused(settings: ArenaSettings) -> None:
    session_secret(settings)
    (settings.data_dir / "jwt_secret").chmod(0o644)
    with pytest.raises(Misconfigured, match="others may read"):
        session_secret(settings)


def test_production_needs_a_secret_and_a_long_one(tmp_path: Path) -> None:
    def settings(secret: str | None) -> ArenaSettings:
        return ArenaSettings(
            node_env="production",
            data_dir=tmp_path / "d",
            jwt_secret=None if secret is None else SecretStr(secret),
        )

    with pytest.raises(Misconfigured, match="JWT_SECRET is needed"):
        session_secret(settings(None))
    assert not (tmp_path / "d").exists()
    with pytest.raises(Misconfigured, match="needs 32") as raised:
        session_secret(settings("hunter2"))
    assert "hunter2" not in str(raised.value)
    assert session_secret(settings(SECRET)) == SECRET


@pytest.mark.parametrize(
    ("text", "seconds"), [("24h", 86_400), ("30m", 1_800), ("7d", 604_800), ("90", 90), ("5s", 5)]
)
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "-1h", "1.5h", "1w", "0", "1h30m", "9" * 12])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["59", "31d", "soon"])
def test_sessions_of_no_sensible_length_are_refused(settings: ArenaSettings, text: str) -> None:
    wrong = settings.model_copy(update={"jwt_expires_in": text})
    with pytest.raises(Misconfigured, match="JWT_EXPIRES_IN"):
        open_sessions(wrong, connect("postgresql://x@127.0.0.1:1/x"))


def away(clock: Callable[[], float]) -> Recogniser:
    """A recogniser whose PostgreSQL does not answer."""
    nowhere = connect("postgresql://x@127.0.0.1:1/x")
    return Recogniser(Tokens(SECRET, seconds=60), nowhere, clock=clock)


async def test_where_postgresql_is_away_a_token_is_good_for_what_every_player_may() -> None:
    recognise = away(lambda: 0.0)
    identity = await recognise(Credentials(bearer=signed()))
    assert identity is not None
    assert identity.roles == {Role.PLAYER}
    assert await recognise(Credentials(bearer=signed(exp=NOW - 60))) is None


async def test_where_postgresql_goes_away_whoever_was_known_stays_what_they_were(
    door: Door,
) -> None:
    token = await door.token()
    await door.sessions.accounts.grant("ada", frozenset({Role.ADMIN}))
    assert (await door.me(token)).json()["data"]["roles"] == ["admin"]
    gone = connect("postgresql://x@127.0.0.1:1/x")
    door.sessions.recogniser._database = gone
    door.at += FRESH_S + 1
    assert (await door.me(token)).json()["data"]["roles"] == ["admin"]


async def test_operators_and_admins_of_the_house_steer_its_jobs(door: Door) -> None:
    from arena.base.sessions.operators import operators

    access = operators(door.sessions.recogniser)
    token = await door.token()
    assert await access.recognise(Credentials(bearer=token)) is None
    for role, may, may_not in (
        (Role.OPERATOR, Action.RETRY, Action.DESTROY),
        (Role.ADMIN, Action.DESTROY, None),
    ):
        await door.sessions.accounts.grant("ada", frozenset({role}))
        principal = await access.recognise(Credentials(cookies={"arena_session": token}))
        assert principal is not None
        assert principal.name == "user:ada"
        assert principal.may(may)
        assert may_not is None or not principal.may(may_not)
