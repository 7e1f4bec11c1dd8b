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
