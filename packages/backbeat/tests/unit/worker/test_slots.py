"""How slots are shared: reserved, by weight, never wasted, never too many."""

from backbeat.worker.slots import Group, Share, Slots


def make(slots: Slots, *, weight: int = 1, limit: int | None = None) -> tuple[Share, list[int]]:
    kicks: list[int] = []
    running: list[int] = []
    share = Share(running, lambda: kicks.append(1), Group(weight, limit))
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
