"""Synthetic draws."""

from itertools import islice

from examples.draws.csv_file import HEADER, format_draw, parse_draws
from examples.draws.draw import Draw
from examples.draws.generate import DRAW_DAYS, synthetic_draws


def lines(seed: int, count: int) -> list[str]:
    return [format_draw(draw) for draw in islice(synthetic_draws(seed), count)]


def test_one_seed_gives_the_same_draws_every_time() -> None:
    # The first draw is spelled out: a change of the generator would change every demo.
    assert lines(1, 500) == lines(1, 500)
    assert lines(1, 1) == ["10/07/2015,9|16|18|33|64,16,3X"]


def test_two_seeds_give_different_draws_on_the_same_days() -> None:
    one, other = lines(1, 100), lines(2, 100)
    assert one != other
    assert [line[:10] for line in one] == [line[:10] for line in other]


def test_synthetic_draws_have_the_format_of_real_ones() -> None:
    draws = list(parse_draws([HEADER, *lines(7, 2_000)]))
    assert len(draws) == 2_000
    assert all(isinstance(draw, Draw) for draw in draws)


def test_draws_fall_on_draw_days_and_each_day_once() -> None:
    days = [draw.date for draw in islice(synthetic_draws(3), 1_000)]
    assert {day.weekday() for day in days} == set(DRAW_DAYS)
    assert days == sorted(set(days))
