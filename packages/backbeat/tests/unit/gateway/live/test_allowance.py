"""How fast one client may ask."""

from backbeat.gateway.live.allowance import Allowance


def test_twice_a_second_may_come_at_once_and_then_the_rate() -> None:
    allowance = Allowance(5, now_s=100.0)
    assert [allowance.take(100.0) for _ in range(11)] == [True] * 10 + [False]
    assert [allowance.take(100.2) for _ in range(2)] == [True, False]


def test_what_is_not_used_is_not_saved_beyond_that() -> None:
    allowance = Allowance(5, now_s=0.0)
    assert sum(allowance.take(1_000.0) for _ in range(100)) == 10
