"""Who presses right after the amount has changed meant the one before, and is asked."""

import pytest

from arena.apps.auctions.pages.filled_in import REACTION_S, FilledIn

FIRST = FilledIn().changed("10.00", 100.0)


def test_the_first_amount_surprises_nobody() -> None:
    assert not FIRST.surprises("10.00", 100.0)


@pytest.mark.parametrize(
    ("after_s", "surprised"), [(0.0, True), (REACTION_S - 0.01, True), (REACTION_S, False)]
)
def test_an_amount_that_has_just_changed_does(after_s: float, surprised: bool) -> None:
    changed = FIRST.changed("10.50", 0.0)
    assert changed.surprises("10.50", after_s) is surprised


def test_each_change_begins_anew() -> None:
    changed = FIRST.changed("10.50", 105.0).changed("11.00", 105.5)
    assert changed.surprises("11.00", 105.0 + REACTION_S)


def test_what_somebody_wrote_is_what_they_meant() -> None:
    assert not FIRST.changed("10.50", 105.0).surprises("12.00", 105.0)
