"""Ids of the runs of schedules: what they are made of, and what is read out of them."""

import pytest

from backbeat.engine.ids import check_job_id, check_schedule_name, run_id, slot_of
from backbeat.errors import InvalidOption


def test_the_id_of_a_slot_hangs_on_name_and_slot_only() -> None:
    assert run_id("nightly", 1_767_225_600_000) == "schedule:nightly:1767225600000"
    assert run_id("nightly", 5, "a-1") == "schedule:nightly:5+a-1"


def test_the_slot_is_read_back_and_other_ids_have_none() -> None:
    assert slot_of(run_id("a.b_c-1", 1_767_225_600_000)) == 1_767_225_600_000
    assert slot_of(run_id("a", 5, "w")) == 5
    for other in ("schedule:a", "schedule:a:b", "schedule:a:5x", "x:schedule:a:5", "a"):
        assert slot_of(other) is None


def test_the_longest_name_gives_an_id_that_a_job_may_have() -> None:
    name = check_schedule_name("n" * 80)
    assert check_job_id(run_id(name, 9_999_999_999_999, "123456789-12345678"))
    for wrong in ("n" * 81, "a b", "a:b", ""):
        with pytest.raises(InvalidOption, match="schedule"):
            check_schedule_name(wrong)
