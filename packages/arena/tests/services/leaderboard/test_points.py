"""Points are exact on all of 64 bits, where a double is not."""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.services.leaderboard import Add, Leaderboards, PointsOverflow, Set
from arena.services.leaderboard.model.sort_key import level, points_of
from backbeat import Backbeat

LARGEST = 2**63 - 1
NINE = 10**9
EDGES = [
    0,
    1,
    5,
    NINE - 1,
    NINE,
    NINE + 1,
    10**18,
    2**53,
    2**53 + 1,
    LARGEST // 2,
    LARGEST - 1,
    LARGEST,
]
SIGNED = sorted({sign * edge for edge in EDGES for sign in (1, -1)})
POINTS = st.integers(-LARGEST, LARGEST) | st.sampled_from(SIGNED)


@given(POINTS, POINTS)
def test_more_points_have_a_smaller_level(one: int, other: int) -> None:
    assert points_of(level(one)) == one
    assert len(level(one)) == 20
    assert (level(one) < level(other)) == (one > other)


async def test_the_server_adds_as_python_does(app: Backbeat) -> None:
    chance = random.Random(1)
    pairs = [*product(SIGNED, SIGNED)]
    pairs += [(_any_points(chance), _any_points(chance)) for _ in range(2_000)]
    fitting = [pair for pair in pairs if abs(sum(pair)) <= LARGEST]
    board = await Leaderboards(app).open("sums")
    for first in range(0, len(fitting), 1_000):
        some = list(enumerate(fitting[first : first + 1_000], first))
        await board.update(f"set-{first}", *(Set(str(n), one) for n, (one, _) in some))
        await board.update(f"add-{first}", *(Add(str(n), other) for n, (_, other) in some))
        page = await board.standings([str(n) for n, _ in some])
        assert {s.id: s.points for s in page.standings} == {str(n): sum(pair) for n, pair in some}


@pytest.mark.parametrize(
    ("held", "more"),
    [(one, other) for one, other in product(SIGNED, SIGNED) if abs(one + other) > LARGEST][::7],
)
async def test_what_leaves_64_bits_is_refused_as_a_whole(
    app: Backbeat, held: int, more: int
) -> None:
    board = await Leaderboards(app).open("sums")
    await board.update("1", Set("ann", held), Set("bob", 0))
    with pytest.raises(PointsOverflow, match="'ann'"):
        await board.update("2", Add("bob", 1), Add("ann", more))
    assert (await board.standing("ann")).points == held
    assert (await board.standing("bob")).points == 0


def _any_points(chance: random.Random) -> int:
    return chance.getrandbits(chance.randrange(1, 63)) * chance.choice((1, -1))
