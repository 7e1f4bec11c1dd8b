"""The page of what features cost: a row for each, and what a queue over three servers costs."""

from pathlib import Path

from backbeat.cli.bench.contender import Contender
from benchmarks.cluster import Cost
from benchmarks.feature_kinds import FEATURES
from benchmarks.feature_page import BULLMQ, OURS, FeatureRun, Figures, page

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "bullmq_features.mjs"


def contender(name: str) -> Contender:
    return Contender(
        name=name, version="1.2.3", command=("x",), modes=("bulk",), settings=("200",), jobs=77_000
    )


def lines() -> list[str]:
    pairs = [(contender(OURS), name) for name in FEATURES]
    pairs += [(contender(BULLMQ), name) for name, each in FEATURES.items() if each.both]
    figures = {
        (one.name, name): Figures([1_000.0 * place], [2_000.0], [3.0], [4.0], [0.25])
        for place, (one, name) in enumerate(pairs, start=1)
    }
    costs = [Cost("three primaries, 16 partitions", 12_345.0, 6_789.0, 31.5, 2.0, 3.0)]
    return list(page(FeatureRun(figures, costs, pairs, 3, 88_000, "Valkey 9")))


def test_every_feature_has_a_row_with_its_ratio_to_the_plain_job() -> None:
    rows = [line for line in lines() if line.startswith("| ")]
    own = {row.split(" | ")[0].removeprefix("| ") for row in rows}
    assert set(FEATURES) <= own
    [second] = [row for row in rows if row.startswith("| plain, beside")]
    assert "2,000.0 (2.00)" in second


def test_what_both_have_is_compared() -> None:
    after = "\n".join(lines()).partition("## Beside BullMQ 1.2.3")[2]
    for name, each in FEATURES.items():
        assert (f"| {name} |" in after) == each.both, name


def test_the_program_of_bullmq_knows_what_both_have() -> None:
    text = PROGRAM.read_text(encoding="utf-8")
    for name, each in FEATURES.items():
        if each.both:
            assert f'"{name}":' in text or f"  {name}:" in text, name


def test_three_primaries_and_the_circumstances_are_told() -> None:
    said = "\n".join(lines())
    assert "| three primaries, 16 partitions | 12,345 | 6,789 | 31.5 | 2.0 | 3.0 |" in said
    assert "other programs took up to 0.2 cores" in said
    assert "88,000 jobs" in said
    assert "77,000 jobs" in said
