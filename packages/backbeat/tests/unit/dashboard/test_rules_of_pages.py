"""Small rules of pages: the week of schedules, rules in one line, new lines of a log, the graph."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote, urljoin

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backbeat import at, cron, every
from backbeat.app import FlowEntry, ScheduleInfo
from backbeat.dashboard.addresses import name_in, part
from backbeat.dashboard.components.rule_words import read_rule
from backbeat.dashboard.pages.calendar import DAYS, MOST_SLOTS, week
from backbeat.dashboard.pages.flow import graph
from backbeat.dashboard.pages.job_log import added
from backbeat.errors import InvalidOption
from backbeat.schedules.every import Every
from backbeat.schedules.rule import Rule, describe

TODAY = date(2026, 3, 2)
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)


def schedule(name: str) -> ScheduleInfo:
    return ScheduleInfo(
        name=name, queue="mail", rule="", handler="send", arguments=None, next_at=None,
        paused=False, fired=0, missed="one", overlap="allow", jitter=0, start=None, end=None,
        limit=None, declared=False, running=(), parked=(),
    )  # fmt: skip


def test_each_day_of_the_week_has_what_fires_on_it_in_order() -> None:
    early, late = schedule("early"), schedule("late")
    days = week(
        [
            (late, [MIDNIGHT + timedelta(days=day, hours=20) for day in range(10)]),
            (early, [MIDNIGHT + timedelta(days=1, hours=3)]),
        ],
        TODAY,
    )
    assert len(days) == DAYS
    assert [entry.schedule.name for entry in days[TODAY]] == ["late"]
    entries = days[TODAY + timedelta(days=1)]
    assert [(entry.schedule.name, entry.words) for entry in entries] == [
        ("early", "03:00"), ("late", "20:00"),
    ]  # fmt: skip


def test_a_schedule_whose_slots_were_not_all_worked_out_goes_on_to_the_end_of_the_week() -> None:
    slots = [MIDNIGHT + timedelta(hours=hour) for hour in range(MOST_SLOTS)]
    days = week([(schedule("hourly"), slots)], TODAY)
    words = [entry.words for entries in days.values() for entry in entries]
    assert words[0] == "00:00, 01:00, 02:00, 03:00 and 20 more"
    assert words[1] == "00:00, 01:00, 02:00, 03:00, and goes on"
    assert words[2:] == ["goes on"] * 5


RULES = st.one_of(
    st.sampled_from(["UTC", "Europe/Oslo", "America/New_York"]).map(
        lambda zone: cron("0 3 * * 1-5", zone)
    ),
    st.sampled_from(["*/5 * * * *", "0 0 3 * * SUN", "0 0 1 1 MON-FRI", "30 0 3 * * SUN"]).map(
        cron
    ),
    st.integers(1, 10**6).map(every),
    st.builds(
        lambda ms, anchor: every(timedelta(milliseconds=ms), anchor.replace(tzinfo=UTC)),
        st.integers(10, 10**12),
        st.datetimes(datetime(2026, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - in UTC above
    ),
    st.datetimes(datetime(2026, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - in UTC below
        lambda moment: at(moment.replace(tzinfo=UTC, microsecond=0))
    ),
)


@settings(deadline=None)
@given(RULES)
def test_a_rule_is_read_as_it_is_shown(rule: Rule) -> None:
    read = read_rule(describe(rule))
    if isinstance(rule, Every) and isinstance(read, Every):
        # Any of its slots is as good an anchor as the one that was given.
        assert (read.anchor_ms - rule.anchor_ms) % rule.period_ms == 0
        read = replace(read, anchor_ms=rule.anchor_ms)
    assert read == rule


@pytest.mark.parametrize(
    "words", ["", "whenever", "every", "every day", "every 60 s from noon", "at noon", "cron * *"]
)
def test_what_is_no_rule_is_refused(words: str) -> None:
    with pytest.raises(InvalidOption):
        read_rule(words)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=6),
    st.integers(0, 12),
)  # fmt: skip
def test_new_lines_are_those_that_make_the_old_log_the_new_one(
    before: list[str], new: list[str], gone: int
) -> None:
    now = [*before, *new][gone:]
    count = added(before, now)
    kept = now[: len(now) - count]
    assert before[len(before) - len(kept) :] == kept
    assert count <= len(new) or gone > len(before)


def test_a_graph_has_nothing_in_it_that_means_something_to_mermaid() -> None:
    entry = FlowEntry(
        id='x"]; click n0 call zap() "', queue="mail", name="<b>", state="waiting", parents=()
    )
    drawn = graph([entry])
    assert not set('<>;()"') & set(drawn.splitlines()[1].replace('n0["', "").replace('"]', ""))


@settings(deadline=None)
@given(
    st.from_regex(r"[A-Za-z0-9._:/@+=~-]{1,12}", fullmatch=True).filter(
        lambda name: not name.startswith("~~")
    )
)
@example(".")
@example("..")
@example("~..")
@example("a/../b")
@example("/")
def test_any_name_is_a_part_of_an_address_and_stays_the_same(name: str) -> None:
    address = f"/dashboard/queues/mail/jobs/{part(name)}"
    assert urljoin("http://localhost/", address) == f"http://localhost{address}"
    assert name_in(unquote(address.rpartition("/")[2])) == name
