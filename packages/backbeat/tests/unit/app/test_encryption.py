"""Keys, and what is encrypted with them: read by whoever has the key, in its place only."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbeat import Backbeat, ConfigurationError, DecryptionError, KeyNotFound, Keyring
from backbeat.app.encryption import Encryption
from backbeat.app.keyring import key_of

OLD, NEW = b"o" * 32, b"n" * 32
KEY = base64.b64encode(NEW).decode()
RING = Keyring({"new": NEW, "old": OLD})
VAULT = Encryption(RING, "vault")
ids = st.from_regex(r"[A-Za-z0-9._:/@+=~-]{1,40}", fullmatch=True)


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_what_was_encrypted_is_decrypted_in_its_place_only(data: bytes, place: bytes) -> None:
    text = RING.encrypt(data, place)
    assert RING.decrypt(text, place) == data
    with pytest.raises(DecryptionError):
        RING.decrypt(text, place + b"!")


@given(st.data())
def test_a_changed_text_is_none(data: st.DataObject) -> None:
    text = RING.encrypt(b"ann pays 10", b"")
    head, _, body = text.rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    changed = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    with pytest.raises(DecryptionError):
        RING.decrypt(f"{head}.{changed}", b"")


@pytest.mark.parametrize("body", ["", "AA", "!!", "é", "A" * 60])
def test_what_is_no_message_is_refused(body: str) -> None:
    with pytest.raises(DecryptionError) as refused:
        RING.decrypt(f"bbe1.new.{body}", b"")
    assert refused.value.key == "new"


def test_the_same_data_never_gives_the_same_text() -> None:
    assert len({RING.encrypt(b"same", b"") for _ in range(1_000)}) == 1_000


def test_keys_are_exchanged_without_losing_what_is_there() -> None:
    before = Keyring({"old": OLD}).encrypt(b"data", b"")
    assert RING.decrypt(before, b"") == b"data"
    after = RING.encrypt(b"data", b"")
    assert (key_of(before), key_of(after)) == ("old", "new")
    with pytest.raises(KeyNotFound, match=r"'new', which is not here; there are: old") as missing:
        Keyring({"old": OLD}).decrypt(after, b"")
    assert missing.value.key == "new"
    assert Keyring({"new": NEW, "old": OLD}, current="old").current == "old"


def test_an_id_that_was_given_to_another_key_is_noticed() -> None:
    with pytest.raises(DecryptionError, match="id was given to another key"):
        Keyring({"new": OLD}).decrypt(RING.encrypt(b"data", b""), b"")


def test_keys_come_out_of_one_text() -> None:
    first, second = Keyring.new_key(), Keyring.new_key()
    ring = Keyring.parse(f" 2026-11:{first},\n 2026-05:{second}\n")
    assert (ring.current, ring.ids) == ("2026-11", ("2026-11", "2026-05"))
    assert repr(ring) == "<Keyring 2026-11 of 2026-11, 2026-05>"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "part 1 of the keys is no new id:base64"),
        ("a:AAAA", "key 'a' has to be 32 bytes"),
        ("a:???", "key 'a' has to be 32 bytes"),
        (f"a b:{KEY}", "id of a key"),
        (f"a:{KEY},a:{KEY}", "part 2 of the keys is no new"),
    ],
)
def test_what_are_no_keys_is_refused_without_showing_any(text: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as refused:
        Keyring.parse(text)
    for part in text.split(","):
        key = part.partition(":")[2]
        assert not key or key not in str(refused.value)


def test_a_keyring_needs_a_current_key() -> None:
    with pytest.raises(ConfigurationError, match="needs a key"):
        Keyring({})
    with pytest.raises(ConfigurationError, match="'b' is none of a"):
        Keyring({"a": NEW}, current="b")


@given(ids, ids)
def test_arguments_are_those_of_one_job(job_id: str, other: str) -> None:
    sealed = VAULT.encrypt_arguments(job_id, b'{"a":1}')
    assert VAULT.decrypt_arguments(job_id, sealed) == b'{"a":1}'
    for stranger, elsewhere in ((VAULT, f"{job_id}!"), (Encryption(RING, "other"), job_id)):
        with pytest.raises(DecryptionError):
            stranger.decrypt_arguments(elsewhere, sealed)
    with pytest.raises(DecryptionError):
        VAULT.decrypt_result(job_id, sealed)
    if other != job_id:
        result = VAULT.encrypt_result(job_id, b"1")
        with pytest.raises(DecryptionError):
            VAULT.decrypt_result(other, result)


def test_jobs_that_the_server_names_are_bound_to_what_they_are_made_of() -> None:
    sealed = VAULT.encrypt_arguments("schedule:nightly:0", b"{}")
    for slot in ("schedule:nightly:1764", "schedule:nightly:1764+x1", "schedule:nightly:1764~3"):
        assert VAULT.decrypt_arguments(slot, sealed) == b"{}"
    with pytest.raises(DecryptionError):
        VAULT.decrypt_arguments("schedule:hourly:1764", sealed)
    sealed = VAULT.encrypt_arguments("f:1~undo", b"{}")
    assert VAULT.decrypt_arguments("f:1~undo2", sealed) == b"{}"
    with pytest.raises(DecryptionError):
        VAULT.decrypt_arguments("f:2~undo", sealed)


def test_what_is_not_encrypted_passes_through() -> None:
    assert VAULT.decrypt_arguments("a", b'{"a":1}') == b'{"a":1}'
    assert VAULT.decrypt_result("a", b"null") == b"null"


def test_an_encrypted_queue_needs_keys() -> None:
    app = Backbeat()
    with pytest.raises(ConfigurationError, match="queue 'vault' is encrypted: give its keys"):
        app.queue("vault", encrypted=True)
    app = Backbeat(keyring=RING)
    app.queue("vault")
    assert app.queue("vault", encrypted=True).options.encrypted
