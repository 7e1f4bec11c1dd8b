"""What a draw counts as."""

import pytest

from examples.draws.classes import (
    classes_of,
    consecutive,
    even_odd,
    low_high,
    sum_class,
    sum_classes,
)
from examples.draws.draw import Draw
from examples.draws.generate import FIRST_DAY


@pytest.mark.parametrize(
    ("whites", "runs"),
    [
        ((2, 9, 20, 40, 60), (0,)),
        ((4, 5, 20, 40, 60), (1,)),
        ((4, 5, 9, 10, 11), (1, 2)),
        ((9, 10, 11, 4, 5), (1, 2)),
        ((1, 2, 3, 20, 21), (2, 1)),
        ((3, 4, 5, 6, 7), (4,)),
        ((1, 2, 4, 5, 69), (1, 1)),
        ((1, 50, 60, 68, 69), (1,)),
    ],
)
def test_runs_of_neighbours_are_found_in_order_and_at_the_ends(
    whites: tuple[int, ...], runs: tuple[int, ...]
) -> None:
    assert consecutive(whites) == runs


def test_the_middle_ball_belongs_to_the_lower_half() -> None:
    assert low_high((1, 33, 34, 35, 69)) == (3, 2)


def test_even_comes_before_odd() -> None:
    assert even_odd((2, 4, 6, 7, 69)) == (3, 2)


@pytest.mark.parametrize(
    ("total", "step"),
    [(15, "(0, 50]"), (50, "(0, 50]"), (51, "(50, 100]"), (150, "(100, 150]"), (335, "(300, 350]")],
)
def test_a_sum_on_a_bound_belongs_to_the_step_below(total: int, step: str) -> None:
    assert sum_class(total) == step
    assert step in sum_classes()


def test_a_draw_has_one_class_in_each_distribution() -> None:
    draw = Draw(date=FIRST_DAY, white_balls=(4, 5, 9, 40, 61), red_ball=26, power_play="2X")
    assert dict(classes_of(draw)) == {
        "even_odd": "2,3",
        "low_high": "3,2",
        "consecutive": "1",
        "sum_distribution": "(100, 150]",
        "even_odd_lo_hi": "(2, 3),(3, 2)",
        "even_odd_consecutive": "(2, 3),(1,)",
        "lo_hi_consecutive": "(3, 2),(1,)",
        "even_odd_lo_hi_consecutive": "(2, 3),(3, 2),(1,)",
        "red_ball_hotness": "26",
    }
