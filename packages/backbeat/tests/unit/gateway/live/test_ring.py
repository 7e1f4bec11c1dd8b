"""The last entries of a stream: places, what came after them, and where they are gone."""

from hypothesis import given
from hypothesis import strategies as st

from backbeat.app import Event
from backbeat.gateway.live.ring import Ring


def entry(number: int, *job_ids: str) -> Event:
    return Event(f"{number}-0", "added", job_ids)


def a_ring(count: int = 5, **bounds: int) -> Ring:
    """Entries 1 to count, each with jobs a and b<number>."""
    ring = Ring(**bounds)
    for number in range(1, count + 1):
        ring.add(entry(number, "a", f"b{number}"))
    return ring


def told(ring: Ring, sequence: str, job_id: str | None = None, limit: int = 100) -> list[str]:
    place = ring.find(sequence)
    assert place is not None
    return [each.sequence for each in ring.after(place, job_id, limit)]


def test_every_job_of_an_entry_has_a_place_of_its_own() -> None:
    ring = a_ring(2)
    assert told(ring, "1-0/0") == ["1-0/1", "2-0/0", "2-0/1"]
    assert told(ring, "1-0/1") == ["2-0/0", "2-0/1"]
    assert told(ring, "1-0") == ["2-0/0", "2-0/1"]
    assert [each.sequence for each in ring.add(entry(3, "c"))] == ["3-0"]


def test_what_happened_to_one_job_is_found_and_pages_are_bounded() -> None:
    ring = a_ring()
    assert told(ring, "2-0", "a") == ["3-0/0", "4-0/0", "5-0/0"]
    assert told(ring, "2-0", "b4") == ["4-0/1"]
    assert told(ring, "1-0", limit=3) == ["2-0/0", "2-0/1", "3-0/0"]


def test_what_happened_to_the_queue_concerns_no_job() -> None:
    ring = a_ring(1)
    ring.add(Event("2-0", "paused", ()))
    assert told(ring, "1-0") == ["2-0"]
    assert told(ring, "1-0", "a") == []


@given(
    st.lists(st.lists(st.sampled_from("abcd"), max_size=4).map(tuple), min_size=1, max_size=30),
    st.integers(1, 12), st.integers(1, 20), st.data(),
)  # fmt: skip
def test_one_job_is_told_what_all_are_told_of_it(
    entries: list[tuple[str, ...]], max_entries: int, max_ids: int, data: st.DataObject
) -> None:
    ring = Ring(max_entries=max_entries, max_ids=max_ids)
    for number, job_ids in enumerate(entries, 1):
        ring.add(entry(number, *job_ids))
        if number == len(entries) // 3:
            ring.clear()
    held = ring.after((-1, 0), None, 1_000)
    place = data.draw(st.sampled_from([each.place for each in held] or [ring.head]))
    whole = ring.after(place, None, 1_000)
    for job_id in "abcd":
        assert ring.after(place, job_id, 1_000) == [each for each in whole if each.job_id == job_id]


def test_nothing_comes_after_the_head() -> None:
    for ring in (Ring(), a_ring()):
        assert ring.follows(ring.head)
        assert ring.after(ring.head, None, 100) == []


def test_places_that_fell_out_are_not_followed_and_not_found() -> None:
    ring = a_ring(5)
    places = [ring.find(f"{number}-0") for number in range(1, 6)]
    small = a_ring(5, max_entries=2)
    assert [small.follows(place) for place in places if place is not None] == [
        False, False, True, True, True
    ]  # fmt: skip
    assert small.find("3-0") is None
    assert told(small, "4-0") == ["5-0/0", "5-0/1"]


def test_ids_are_bounded_as_well_as_entries() -> None:
    ring = a_ring(5, max_ids=4)
    assert [ring.find(f"{number}-0") is None for number in range(1, 6)] == [True] * 3 + [False] * 2


def test_one_entry_larger_than_the_bound_is_not_held() -> None:
    ring = Ring(max_ids=2)
    ring.add(entry(1, "a", "b", "c"))
    assert ring.find("1-0") is None
    assert ring.follows(ring.head)


def test_after_a_gap_no_place_of_before_is_followed() -> None:
    ring = a_ring(3)
    before = ring.head
    ring.clear()
    assert not ring.follows(before)
    assert ring.find("3-0") is None
    assert ring.follows(ring.head)
    middle = ring.head
    ring.add(entry(9, "z"))
    assert [each.sequence for each in ring.after(middle, None, 9)] == ["9-0"]


def test_a_sequence_that_makes_no_sense_is_not_found_or_means_the_whole_entry() -> None:
    ring = a_ring(2)
    for nonsense in ("", "/", "x", "3-0", "1-0|2-0", "-1"):
        assert ring.find(nonsense) is None
    for odd in ("1-0/x", "1-0/-1", "1-0/" + "9" * 5_000, "1-0/²"):
        assert told(ring, odd) == ["2-0/0", "2-0/1"]
