"""Webhooks against a receiver that misbehaves, and a certificate that must name the host."""

import datetime
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backbeat.alerts import DeliveryFailed, Notice, Webhook, verify
from packages.backbeat.tests.support.receiver import Receiver, receiver

KEYS = ["the secret of today", "the secret of before"]
NOTICE = Notice(
    id="n1",
    event="raised",
    kind="JOB_FAILURE",
    key="job_failure|mails",
    rule="job_failure",
    severity="warning",
    summary="job 7 failed",
    at="2026-01-01T00:00:00+00:00",
    data={"queue": "mails"},
)


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def hook(there: Receiver, **options: Any) -> Webhook:
    told = {"insecure": True, "private": True, "timeout": 10, **options}
    return Webhook("pager", there.url, keys=KEYS, **told)


async def test_a_notice_comes_signed_and_whole(there: Receiver) -> None:
    await hook(there).deliver(NOTICE)
    ((headers, body),) = there.came
    assert msgspec.json.decode(body, type=Notice) == NOTICE
    assert verify(body, headers["Backbeat-Signature"], [KEYS[1]])
    assert headers["Backbeat-Delivery"] == "n1"
    assert headers["Host"] == f"127.0.0.1:{there.port}"


@pytest.mark.parametrize("behaviour", [500, 404, 301, "redirect", "hang", "cut", "drip"])
async def test_whatever_is_no_success_is_a_failure(there: Receiver, behaviour: int | str) -> None:
    there.behaviour = behaviour
    # Who never answers costs the whole time, and a busy machine needs some for the others.
    timeout = 1 if behaviour in {"hang", "drip"} else 10
    with pytest.raises(DeliveryFailed):
        await hook(there, timeout=timeout).deliver(NOTICE)
    assert len(there.came) == 1


async def test_an_answer_without_end_is_not_read_to_its_end(there: Receiver) -> None:
    there.behaviour = "flood"
    await hook(there, timeout=10).deliver(NOTICE)


async def test_a_proxy_of_the_environment_is_not_asked(
    there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    await hook(there).deliver(NOTICE)
    assert len(there.came) == 1


async def test_the_inside_is_not_reached_unless_that_is_allowed(there: Receiver) -> None:
    with pytest.raises(DeliveryFailed, match="not of the open internet"):
        await hook(there, private=False).deliver(NOTICE)
    assert there.came == []


async def test_a_name_that_is_rebound_is_not_asked_twice(there: Receiver) -> None:
    told = ["203.0.113.1", "127.0.0.1"]

    def rebinding(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (told.pop(0), port))]

    url = f"http://rebinds.example.org:{there.port}/hook"
    webhook = Webhook(
        "pager", url, keys=KEYS, insecure=True, private=False, timeout=0.5, resolve=rebinding
    )
    with pytest.raises(DeliveryFailed):
        await webhook.deliver(NOTICE)
    assert told == ["127.0.0.1"]
    assert there.came == []


async def test_the_certificate_must_name_the_host_though_the_address_is_pinned(
    tmp_path: Path,
) -> None:
    served, trusted = certificate(tmp_path, "hooks.example.org")
    with receiver(served) as there:
        await pinned("hooks.example.org", there, trusted).deliver(NOTICE)
        ((headers, _),) = there.came
        assert headers["Host"] == f"hooks.example.org:{there.port}"
        with pytest.raises(DeliveryFailed, match="SSLCertVerificationError"):
            await pinned("other.example.org", there, trusted).deliver(NOTICE)
        with pytest.raises(DeliveryFailed, match="SSLCertVerificationError"):
            await pinned("hooks.example.org", there, None).deliver(NOTICE)
        assert len(there.came) == 1


def pinned(host: str, there: Receiver, trust: ssl.SSLContext | None) -> Webhook:
    """A webhook to a name that is looked up as this machine."""

    def here(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    url = f"https://{host}:{there.port}/hook"
    return Webhook("pager", url, keys=KEYS, private=True, trust=trust, resolve=here)


def certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's certificate for a name, signed by itself; and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    own = folder / "own.pem"
    own.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(own)
    return served, ssl.create_default_context(cadata=pem.decode())
