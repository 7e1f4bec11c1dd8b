"""Google's keys in tests: an endpoint of our own, whose keys change and which may be away."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from typing_extensions import override

CLIENT = "the-house.apps.example.com"


@dataclass(frozen=True)
class Signer:
    """A key that Google signs with.

    Attributes:
        key_id: Its name.
        private: The key, as PEM.
        certificate: What is published of it, as PEM.
    """

    key_id: str
    private: str
    certificate: str


def make_signer(key_id: str) -> Signer:
    """A new key."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, key_id)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    return Signer(key_id, private.decode(), public.decode())


@dataclass
class FakeGoogle:
    """Signs tokens, and serves its keys.

    Attributes:
        address: Of the keys.
        signers: Keys that it serves; the last one signs.
        asked: How often it was asked for them.
        answer: Instead of its keys; None: its keys.
        max_age: Seconds for which it says that they are good.
    """

    address: str = ""
    signers: list[Signer] = field(default_factory=lambda: [make_signer("first")])
    asked: int = 0
    answer: tuple[int, bytes] | None = None
    max_age: int = 3_600

    def token(self, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token for Ada, with other claims where they are given; None takes one away."""
        now = int(time.time())
        said = {
            "iss": "https://accounts.google.com",
            "aud": CLIENT,
            "sub": "1000001",
            "email": "Ada@example.com",
            "email_verified": True,
            "name": "Ada L.",
            "iat": now,
            "exp": now + 3_600,
            **claims,
        }
        kept = {name: value for name, value in said.items() if value is not None}
        signer = self.signers[-1]
        headers = {"kid": signer.key_id, **(header or {})}
        return jwt.encode(kept, signer.private, algorithm="RS256", headers=headers)

    def rotate(self, key_id: str, *, keep: bool = True) -> None:
        """Sign with a new key; the old ones are served further, or not."""
        self.signers = [*(self.signers if keep else []), make_signer(key_id)]


@contextmanager
def fake_google() -> Iterator[FakeGoogle]:
    """A Google, at an address of this machine."""
    google = FakeGoogle()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            google.asked += 1
            keys = {each.key_id: each.certificate for each in google.signers}
            status, body = google.answer or (200, json.dumps(keys).encode())
            self.send_response(status)
            self.send_header("Cache-Control", f"public, max-age={google.max_age}, must-revalidate")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    google.address = f"http://127.0.0.1:{server.server_port}/certs"
    try:
        yield google
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
