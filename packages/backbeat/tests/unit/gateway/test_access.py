"""Access policies: who is recognised, and who is not; S16 for tokens."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from backbeat import ConfigurationError
from backbeat.gateway.access import (
    Action,
    Credentials,
    FirstOf,
    HostAccess,
    Loopback,
    Principal,
    Role,
    TokenAccess,
    TokenKey,
)

SECRET: Final = "s" * 64
RSA: Final = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
ED: Final = ed25519.Ed25519PrivateKey.generate()


def pem(key: Any) -> bytes:
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    found: bytes = key.public_key().public_bytes(encoding, form)
    return found


ACCESS: Final = TokenAccess(
    {
        "hs": TokenKey(SECRET, "HS256"),
        "rs": TokenKey(pem(RSA), "RS256"),
        "ed": TokenKey(pem(ED), "EdDSA"),
    },
    issuer="https://login.example.com",
    audience="backbeat",
)


def claims(**changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    whole = {
        "iss": "https://login.example.com", "aud": "backbeat", "sub": "ada",
        "exp": now + timedelta(minutes=5), "roles": ["viewer"], **changes,
    }  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


def sign(
    key: Any = SECRET, algorithm: str = "HS256", kid: Any = "hs", header: Any = None, **changes: Any
) -> str:
    headers = {**({} if kid is None else {"kid": kid}), **(header or {})}
    return jwt.encode(claims(**changes), key, algorithm, headers=headers)


async def who(token: str) -> Principal | None:
    return await ACCESS.recognise(Credentials(bearer=token))


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"),
    [(SECRET, "HS256", "hs"), (RSA, "RS256", "rs"), (ED, "EdDSA", "ed")],
)
async def test_a_token_of_each_key_is_taken(key: Any, algorithm: str, kid: str) -> None:
    person = await who(sign(key, algorithm, kid, queues=["mail"], actions=["retry"]))
    assert person is not None
    assert person.name == "token:ada"
    assert person.actions == Role.VIEWER.actions | {Action.RETRY}
    assert person.queues == {"mail"}
    assert person.expires_at is not None


def _raw(header: dict[str, Any], payload: dict[str, Any], signature: str = "") -> str:
    texts = (json.dumps(each, default=str).encode() for each in (header, payload))
    parts = [base64.urlsafe_b64encode(text).rstrip(b"=").decode() for text in texts]
    return ".".join([*parts, signature])


def _numeric(**changes: Any) -> dict[str, Any]:
    return {**claims(**changes), "exp": int(datetime.now(UTC).timestamp()) + 300}


def _confused() -> str:
    """The public key of RS256 used as the secret of HS256: PyJWT refuses to sign so itself."""
    import hashlib
    import hmac

    head = _raw({"alg": "HS256", "typ": "JWT", "kid": "rs"}, _numeric()).rstrip(".")
    made = hmac.new(pem(RSA), head.encode(), hashlib.sha256).digest()
    return f"{head}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


BAD: Final[dict[str, Callable[[], str]]] = {
    "none": lambda: _raw({"alg": "none", "kid": "hs"}, _numeric()),
    "NoNe": lambda: _raw({"alg": "NoNe", "kid": "hs"}, _numeric()),
    "no alg": lambda: _raw({"kid": "hs"}, _numeric()),
    "key confusion": _confused,
    "another algorithm of the same key": lambda: sign(SECRET, "HS512"),
    "another key": lambda: sign("t" * 64),
    "key of another kid": lambda: sign(SECRET, "HS256", "ed"),
    "unknown kid": lambda: sign(kid="nope"),
    "kid as a path": lambda: sign(kid="../../dev/null"),
    "kid as an address": lambda: sign(kid="https://example.com/jwks"),
    "no kid where there are several": lambda: sign(kid=None),
    "kid that is no text": lambda: _raw({"alg": "HS256", "kid": ["hs"]}, _numeric()),
    "crit": lambda: sign(header={"crit": ["exp"]}),
    "jku": lambda: sign("t" * 64, header={"jku": "https://example.com/jwks"}),
    "jwk": lambda: sign("t" * 64, header={"jwk": {"kty": "oct", "k": "dHR0"}}),
    "expired": lambda: sign(exp=datetime.now(UTC) - timedelta(minutes=1)),
    "not yet": lambda: sign(nbf=datetime.now(UTC) + timedelta(minutes=1)),
    "wrong aud": lambda: sign(aud="shop"),
    "wrong iss": lambda: sign(iss="https://evil.example.com"),
    "no exp": lambda: sign(exp=None),
    "no aud": lambda: sign(aud=None),
    "no iss": lambda: sign(iss=None),
    "no sub": lambda: sign(sub=None),
    "unknown role": lambda: sign(roles=["root"]),
    "roles that are no list": lambda: sign(roles="admin"),
    "exp beyond the calendar": lambda: sign(exp=10**18),
    "deep header": lambda: _raw({"alg": "HS256", "kid": "hs"}, {}).replace(
        "e", base64.urlsafe_b64encode(b"[" * 2_000).decode(), 1
    ),
    "long header": lambda: sign(header={"x": "y" * 5_000}),
    "long": lambda: sign(sub="a" * 10_000),
    "five parts": lambda: "a.b.c.d.e",
    "empty": lambda: "",
    "dots": lambda: "..",
    "letters": lambda: "é.ü.ß",
}


@pytest.mark.parametrize("name", BAD)
async def test_s16_a_token_that_is_none_is_refused_without_an_error(name: str) -> None:
    assert await who(BAD[name]()) is None


async def test_s16_clocks_may_differ_by_half_a_minute_and_no_more() -> None:
    assert await who(sign(exp=datetime.now(UTC) - timedelta(seconds=20))) is not None
    assert await who(sign(exp=datetime.now(UTC) - timedelta(seconds=40))) is None


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [("short", "HS256"), (pem(RSA), "HS256"), (SECRET, "none"), (SECRET, "HS1"), (SECRET, "")],
)
def test_s16_a_key_that_does_not_fit_its_algorithm_is_refused(key: Any, algorithm: str) -> None:
    with pytest.raises(ConfigurationError):
        TokenKey(key, algorithm)


def test_a_key_is_not_shown() -> None:
    assert SECRET not in repr(TokenKey(SECRET, "HS256"))


def here(host: str = "localhost:8321", client: str = "127.0.0.1", **headers: str) -> Credentials:
    return Credentials(headers={"host": host, **headers}, client=client)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:8321", "[::1]:8321"])
async def test_loopback_recognises_this_machine(host: str) -> None:
    person = await Loopback().recognise(here(host))
    assert person is not None
    assert person.may(Action.DESTROY, "mail")


@pytest.mark.parametrize(
    "credentials",
    [
        here(client="10.0.0.1"), here(client="::ffff:10.0.0.1"), here(client=""),
        here(host="evil.example.com"), here(host="localhost.evil.example.com"),
        here(host="evil.example.com:8321"), here(host=""), Credentials(client="127.0.0.1"),
        here(**{"x-forwarded-for": "10.0.0.1"}), here(forwarded="for=10.0.0.1"),
        here(**{"x-real-ip": "127.0.0.1"}), here(via="1.1 proxy"),
    ],
)  # fmt: skip
async def test_s1_loopback_recognises_nobody_else(credentials: Credentials) -> None:
    assert await Loopback().recognise(credentials) is None


async def test_the_first_policy_that_recognises_decides() -> None:
    async def host(credentials: Credentials) -> Principal | None:
        user = credentials.cookies.get("session")
        return None if user is None else Principal(user, Role.VIEWER.actions)

    both = FirstOf(HostAccess(host), ACCESS)
    token = sign()
    seen = await both.recognise(Credentials(bearer=token, cookies={"session": "ada"}))
    assert seen is not None
    assert seen.name == "ada"
    seen = await both.recognise(Credentials(bearer=token))
    assert seen is not None
    assert seen.name == "token:ada"
    assert await both.recognise(Credentials()) is None
