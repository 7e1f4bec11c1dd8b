"""What waits for a client: in order, bounded, the newest progress in place of older."""

from backbeat.gateway.live.message import Message
from backbeat.gateway.live.outbox import Outbox, Parcel


def parcel(name: str, replaces: str | None = None, size: int = 0) -> Parcel[str]:
    return Parcel(Message(name, {"x": "x" * size}, name, replaces), "sender", (0, 0))


def names(parcels: list[Parcel[str]]) -> list[str]:
    return [each.message.name for each in parcels]


def test_what_is_put_in_first_comes_out_first_in_pages() -> None:
    outbox: Outbox[str] = Outbox(10, 10_000)
    assert all(outbox.put(parcel(name)) for name in "abc")
    assert [names(outbox.take(2)), names(outbox.take(2)), names(outbox.take(2))] == [
        ["a", "b"], ["c"], []
    ]  # fmt: skip


def test_the_newest_progress_goes_to_the_end_and_the_older_is_gone() -> None:
    outbox: Outbox[str] = Outbox(10, 10_000)
    for each in (parcel("1", "job"), parcel("end of another"), parcel("2", "job")):
        assert outbox.put(each)
    assert names(outbox.take(10)) == ["end of another", "2"]


def test_when_it_is_full_nothing_goes_in_but_newer_progress() -> None:
    outbox: Outbox[str] = Outbox(2, 10_000)
    assert outbox.put(parcel("end"))
    assert outbox.put(parcel("1", "job"))
    assert not outbox.put(parcel("more"))
    assert outbox.put(parcel("2", "job"))
    assert outbox.put(parcel("anyway"), anyway=True)
    assert names(outbox.clear()) == ["end", "2", "anyway"]
    assert len(outbox) == 0


def test_its_size_is_bounded_but_one_alone_always_fits() -> None:
    outbox: Outbox[str] = Outbox(10, 100)
    assert outbox.put(parcel("large", size=500))
    assert not outbox.put(parcel("small"))
    outbox.take(1)
    assert outbox.put(parcel("1", "job", size=30))
    assert not outbox.put(parcel("2", "job", size=100))
    assert outbox.put(parcel("3", "job", size=10))
    assert names(outbox.take(10)) == ["3"]
