"""S19: two different things never have one key, and no name means something to a pattern."""

from collections.abc import Callable
from itertools import product
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbeat.engine.ids import check_group, check_job_id, check_name, check_schedule_name
from backbeat.engine.keys import KEYS, QueueKeys
from backbeat.engine.permits.keys import PermitKeys
from backbeat.errors import InvalidOption

# What names are made of, and ids, most of all what separates the parts of keys.
NAMES: Final = st.from_regex(r"[a.:_-]{1,6}", fullmatch=True).filter(lambda name: ":" not in name)
QUEUES: Final = st.one_of(NAMES, st.builds("{}/{}".format, NAMES, st.integers(0, 12)))
IDS: Final = st.from_regex(r"[a:/@=~.]{1,6}", fullmatch=True).filter(
    lambda job_id: not job_id.startswith("~~")
)
MADE_OF_IDS: Final = ("log", "children", "child_results", "undo", "undo_jobs")
MADE_OF_NAMES: Final = ("group", "group_starts", "schedule_history", "flow", "outbox", "replies")


def keys_of(queue: QueueKeys, name: str, job_id: str) -> set[tuple[str, str]]:
    """Every key of a queue with what it is for."""
    fixed = {(kind, queue.key(kind)) for kind in KEYS}
    of_ids = {(f"{kind} {job_id}", getattr(queue, kind)(job_id)) for kind in MADE_OF_IDS}
    of_names = {(f"{kind} {name}", getattr(queue, kind)(name)) for kind in MADE_OF_NAMES}
    return fixed | of_ids | of_names


@given(
    st.lists(QUEUES, min_size=2, max_size=2, unique=True),
    st.lists(NAMES, min_size=2, max_size=2, unique=True),
    st.lists(IDS, min_size=2, max_size=2, unique=True),
)
def test_s19_different_things_have_different_keys(
    queues: list[str], names: list[str], ids: list[str]
) -> None:
    meant = {
        (queue, what, key)
        for queue, name, job_id in product(queues, names, ids)
        for what, key in keys_of(QueueKeys("bb", queue), name, job_id)
    }
    locks = {PermitKeys("bb", name).key("meta") for name in names}
    keys = [key for *_, key in meant]
    assert len(set(keys)) == len(keys)
    assert locks.isdisjoint(keys)


CHECKS: Final[list[Callable[[str], object]]] = [
    check_job_id, check_group, check_schedule_name, lambda name: check_name(name, "queue"),
    lambda name: QueueKeys("bb", name), lambda name: QueueKeys(name, "queue"),
]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
@given(st.text(st.characters(), min_size=1, max_size=8), st.sampled_from("*?[]{}\\^ \n\r\t\0\"'é"))
def test_s19_what_means_something_to_a_pattern_or_a_key_is_no_name(
    check: Callable[[str], object], text: str, sign: str
) -> None:
    with pytest.raises(InvalidOption):
        check(text[:4] + sign + text[4:])
