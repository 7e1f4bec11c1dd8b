"""The receiver of webhooks: verified before anything is read, and each notice once."""

import msgspec
import pytest

from backbeat import InvalidOption
from backbeat.alerts import Inbox, Notice, Untrusted, sign

KEY, OLD = "a secret of the pager", "the secret before it"
NOW = 1_767_225_600.0
NOTICE = Notice(
    id="n1", event="raised", kind="JOB_FAILURE", key="job_failure|mails", rule="job_failure",
    severity="warning", summary="job 7 failed", at="2026-01-01T00:00:00+00:00", data={},
)  # fmt: skip


def body(name: str = "n1") -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(NOTICE, id=name))


def test_a_notice_is_taken_once_though_it_comes_again() -> None:
    inbox = Inbox([KEY])
    header = sign(body(), [KEY], int(NOW))
    assert inbox.take(body(), header, now=NOW) == NOTICE
    assert inbox.take(body(), header, now=NOW + 200) is None
    # Brought once more by the courier: another time, another signature, the same notice.
    assert inbox.take(body(), sign(body(), [KEY], int(NOW) + 60), now=NOW + 60) is None
    assert inbox.take(body("n2"), sign(body("n2"), [KEY], int(NOW)), now=NOW) is not None


@pytest.mark.parametrize("late", [-301, 301, 86_400])
def test_another_time_is_refused(late: int) -> None:
    with pytest.raises(Untrusted):
        Inbox([KEY]).take(body(), sign(body(), [KEY], int(NOW)), now=NOW + late)


def test_another_key_or_body_is_refused() -> None:
    inbox = Inbox([KEY])
    with pytest.raises(Untrusted):
        inbox.take(body(), sign(body(), ["the secret of a thief"], int(NOW)), now=NOW)
    with pytest.raises(Untrusted):
        inbox.take(body("n2"), sign(body(), [KEY], int(NOW)), now=NOW)


def test_a_key_is_replaced_without_a_gap() -> None:
    before, while_, after = Inbox([OLD]), Inbox([KEY, OLD]), Inbox([KEY])
    both = sign(body(), [KEY, OLD], int(NOW))
    for inbox in (before, while_, after):
        assert inbox.take(body(), both, now=NOW) == NOTICE
    with pytest.raises(Untrusted):
        Inbox([KEY]).take(body(), sign(body(), [OLD], int(NOW)), now=NOW)


@pytest.mark.parametrize("what", [b"", b"{", b"[]", b'{"id":7}', b"\xff", b"[" * 60_000])
def test_what_is_signed_and_is_no_notice_is_refused(what: bytes) -> None:
    with pytest.raises(Untrusted, match="no notice"):
        Inbox([KEY]).take(what, sign(what, [KEY], int(NOW)), now=NOW)


def test_a_body_without_end_is_refused_unread() -> None:
    large = b" " * 65_537
    with pytest.raises(Untrusted):
        Inbox([KEY]).take(large, sign(large, [KEY], int(NOW)), now=NOW)


def test_what_is_remembered_is_bounded_and_ends_with_the_signature() -> None:
    inbox = Inbox([KEY], most=2)
    for name in ("n1", "n2", "n3", "n1"):
        assert inbox.take(body(name), sign(body(name), [KEY], int(NOW)), now=NOW) is not None
    later = NOW + 601
    assert inbox.take(body(), sign(body(), [KEY], int(later)), now=later) is not None


@pytest.mark.parametrize(("keys", "most"), [([], 1), ([""], 1), ([KEY], 0)])
def test_an_inbox_without_key_or_room_is_refused(keys: list[str], most: int) -> None:
    with pytest.raises(InvalidOption):
        Inbox(keys, most=most)
