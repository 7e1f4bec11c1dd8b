"""How slots are shared: reserved, by weight, never wasted, never too many."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from backbeat import Backbeat, ConfigurationError, InvalidOption
from backbeat.worker.lanes.slots import Group, Share, Slots
from backbeat.worker.options import check_reserved, queue_weights


def make(
    slots: Slots, *, weight: int = 1, limit: int | None = None, reserved: int = 0
) -> tuple[Share, list[int]]:
    kicks: list[int] = []
    running: list[int] = []
    share = Share(running, lambda: kicks.append(1), Group(weight, limit, reserved))
    slots.join(share)
    return share, kicks


def run(share: Share, jobs: int) -> None:
    assert isinstance(share.running, list)
    share.running.extend(range(jobs))
    share.wanted = 0


def test_a_single_queue_gets_every_slot() -> None:
    slots = Slots(10)
    share, _ = make(slots)
    assert slots.reserve(share, 100) == 10
    assert slots.free == 0


def test_reserved_slots_are_not_given_twice() -> None:
    slots = Slots(10)
    first, _ = make(slots)
    second, _ = make(slots)
    second.hungry = False
    slots.reserve(first, 10)
    assert slots.reserve(second, 10) == 0


def test_claimed_jobs_that_are_about_to_start_hold_their_slots() -> None:
    slots = Slots(4)
    share, _ = make(slots)
    share.arriving = 3
    assert slots.reserve(share, 10) == 1


def test_hungry_queues_share_by_weight() -> None:
    slots = Slots(12)
    heavy, _ = make(slots, weight=3)
    light, _ = make(slots, weight=1)
    assert slots.reserve(heavy, 100) == 9
    assert slots.reserve(light, 100) == 3


def test_what_others_do_not_need_is_not_held_back() -> None:
    slots = Slots(12)
    busy, _ = make(slots)
    quiet, _ = make(slots, weight=100)
    quiet.hungry = False
    assert slots.reserve(busy, 100) == 12


def test_a_queue_never_exceeds_its_own_limit() -> None:
    slots = Slots(12)
    share, _ = make(slots, limit=2)
    assert slots.reserve(share, 100) == 2
    run(share, 2)
    assert slots.reserve(share, 100) == 0


def test_what_a_queue_at_its_limit_cannot_use_is_free_for_others() -> None:
    slots = Slots(20)
    narrow, _ = make(slots, weight=3, limit=2)
    wide, _ = make(slots)
    slots.reserve(narrow, 100)
    assert slots.reserve(wide, 100) == 18


def test_nothing_is_offered_while_no_slot_is_free() -> None:
    slots = Slots(2)
    asker, _ = make(slots)
    _, kicks = make(slots)
    run(asker, 2)
    slots.offer(asker)
    assert kicks == []
    asker.running.pop()  # type: ignore[attr-defined] # a list here
    slots.offer(asker)
    assert kicks == [1]


def test_queues_take_turns_when_there_are_fewer_slots_than_queues() -> None:
    slots = Slots(1)
    shares = [make(slots)[0] for _ in range(3)]
    turns = []
    for _ in range(6):
        for number, share in enumerate(shares):
            if slots.reserve(share, 1):
                turns.append(number)
                share.wanted = 0
                break
    assert sorted(turns) == [0, 0, 1, 1, 2, 2]


def test_an_offer_kicks_only_hungry_queues_that_have_not_asked() -> None:
    slots = Slots(5)
    asker, asker_kicks = make(slots)
    hungry, hungry_kicks = make(slots)
    sated, sated_kicks = make(slots)
    asking, asking_kicks = make(slots)
    sated.hungry = False
    asking.wanted = 1
    slots.offer(asker)
    assert (len(asker_kicks), len(hungry_kicks)) == (0, 1)
    assert (len(sated_kicks), len(asking_kicks)) == (0, 0)
    assert hungry.hungry


def lanes(slots: Slots, count: int, group: Group) -> list[tuple[Share, list[int]]]:
    """Lanes of one queue, and where their kicks are noted."""
    made = []
    for _ in range(count):
        kicks: list[int] = []
        made.append((slots.join(Share([], lambda kicks=kicks: kicks.append(1), group)), kicks))  # type: ignore[misc]
    return made


def test_lanes_of_a_queue_take_turns_with_claims_that_are_worth_a_call() -> None:
    slots = Slots(64)
    shares = [share for share, _ in lanes(slots, 8, Group())]
    served = []
    for _ in range(400):
        for place, share in enumerate(shares):
            if slots.reserve(share, 64):
                served.append((place, share.wanted))
                run(share, 0)
    assert {count for _, count in served} == {32}
    turns = [place for place, _ in served]
    # In any stretch of two rounds of four claims each, every lane has been served.
    stretch = 2 * 4 * len(shares)
    for start in range(len(turns) - stretch):
        assert set(turns[start : start + stretch]) == set(range(8))


def test_a_queue_of_many_lanes_gets_no_more_than_its_weight() -> None:
    slots = Slots(100)
    other, _ = make(slots)
    shares = [share for share, _ in lanes(slots, 16, Group())]
    run(other, slots.reserve(other, 100))
    for _ in range(10):
        for share in shares:
            slots.reserve(share, 100)
            assert isinstance(share.running, list)
            share.running.extend(range(share.wanted))
            share.wanted = 0
    assert len(other.running) == 50
    assert sum(len(share.running) for share in shares) == 50


def test_what_a_queue_may_run_at_once_is_counted_over_its_lanes() -> None:
    slots = Slots(100)
    shares = [share for share, _ in lanes(slots, 4, Group(limit=6))]
    given = [slots.reserve(share, 100) for share in shares]
    assert sum(given) == 6


def test_only_the_next_lane_of_a_queue_is_kicked() -> None:
    slots = Slots(100)
    made = lanes(slots, 4, Group())
    first = made[0][0]
    slots.reserve(first, 1)
    slots.offer(first)
    assert [len(kicks) for _, kicks in made] == [0, 1, 0, 0]


def test_reserved_slots_stay_free_for_their_queue_however_busy_the_others_are() -> None:
    slots = Slots(10)
    urgent, _ = make(slots, reserved=2)
    bulk, _ = make(slots)
    urgent.hungry = False
    assert slots.reserve(bulk, 100) == 8
    run(bulk, 8)
    urgent.hungry = True
    assert slots.reserve(urgent, 100) == 2
    assert slots.reserve(bulk, 100) == 0


def test_a_queue_may_use_more_than_it_has_reserved() -> None:
    slots = Slots(10)
    urgent, _ = make(slots, reserved=2)
    bulk, _ = make(slots)
    bulk.hungry = False
    assert slots.reserve(urgent, 100) == 10


def test_what_is_not_reserved_is_shared_by_weight() -> None:
    slots = Slots(10)
    urgent, _ = make(slots, weight=3, reserved=2)
    bulk, _ = make(slots)
    assert slots.reserve(urgent, 100) == 2 + 6
    assert slots.reserve(bulk, 100) == 2


class Crowd:
    """Some queues on some slots; what runs ends in any order."""

    def __init__(self, total: int, wishes: list[tuple[int, int, int | None]]) -> None:
        self.slots = Slots(total)
        self.shares = [
            make(
                self.slots,
                weight=weight,
                limit=limit and max(limit, reserved, 1),
                reserved=reserved,
            )[0]
            for weight, reserved, limit in wishes
        ]

    def step(self, place: int, hungry: bool, most: int, ends: int) -> None:
        """One queue asks for slots, starts what it got, and ends some of its jobs."""
        share = self.shares[place % len(self.shares)]
        share.hungry = hungry
        others = sum(each.group.kept_free for each in self.shares if each is not share)
        before, own = self.slots.free, share.group.kept_free
        got = self.slots.reserve(share, most) if hungry else 0

        assert 0 <= got <= most
        assert got <= before - others, "what others have reserved is left to them"
        if hungry:
            assert got >= min(most, own), "what it has reserved is its own at any time"
            rivals = [each for each in self.shares if each is not share and each.hungry]
            if not rivals:
                room = before - others
                if share.group.limit is not None:
                    room = min(room, share.group.limit - share.taken + got)
                assert got == max(0, min(most, room)), "nothing is wasted"
        run(share, got)
        assert isinstance(share.running, list)
        del share.running[:ends]


_WISHES = st.lists(
    st.tuples(st.integers(1, 5), st.integers(0, 3), st.none() | st.integers(1, 6)),
    min_size=1, max_size=4,
)  # fmt: skip
_STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.booleans(), st.integers(1, 8), st.integers(0, 6)), max_size=40
)


@given(_WISHES, st.integers(0, 8), _STEPS)
def test_reserved_slots_are_kept_and_no_slot_is_given_twice_or_wasted(
    wishes: list[tuple[int, int, int | None]],
    spare: int,
    steps: list[tuple[int, bool, int, int]],
) -> None:
    total = max(1, sum(reserved for _, reserved, _ in wishes) + spare)
    crowd = Crowd(total, wishes)
    for step in steps:
        crowd.step(*step)
        assert crowd.slots.free >= sum(share.group.kept_free for share in crowd.shares)
        for share in crowd.shares:
            assert share.group.limit is None or share.taken <= share.group.limit


def test_more_reserved_slots_than_there_are_are_refused() -> None:
    app = Backbeat()
    app.queue("urgent", reserved=6)
    app.queue("bulk", reserved=5)
    with pytest.raises(ConfigurationError, match="urgent 6, bulk 5"):
        check_reserved(app, ["urgent", "bulk"], 10)
    check_reserved(app, ["urgent"], 10)
    with pytest.raises(InvalidOption, match="reserved"):
        app.queue("small", concurrency=2, reserved=3)


def test_a_worker_of_a_pool_takes_the_queues_of_that_pool_only() -> None:
    app = Backbeat()
    app.queue("video", pool="gpu", weight=3)
    app.queue("audio", pool="gpu")
    app.queue("mail")
    assert queue_weights(app, None, "gpu") == {"video": 3, "audio": 1}
    assert set(queue_weights(app, None)) == {"video", "audio", "mail"}
    with pytest.raises(ConfigurationError, match="there are: gpu"):
        queue_weights(app, None, "cpu")
    with pytest.raises(ConfigurationError, match="not both"):
        queue_weights(app, ["mail"], "gpu")
