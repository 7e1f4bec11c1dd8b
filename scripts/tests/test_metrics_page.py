"""What the page and the board say of metrics is what is exposed."""

import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from backbeat.telemetry.exposition import expose
from backbeat.telemetry.figures import HandlerFigures, QueueFigures, ServerFigures, Times
from backbeat.telemetry.metrics import METRICS, Metric
from backbeat.telemetry.worker_exposition import ProcessFigures, WorkerFigures, expose_worker
from backbeat.telemetry.worker_metrics import WORKER_METRICS

ROOT = Path(__file__).parents[2]
TIMES = Times((0.001, 0.002), (3, 2, 1), 1.5)
FIGURES = QueueFigures(
    name="mail",
    jobs={"waiting": 7},
    ended={"failed": 2},
    oldest_wait=1.5,
    workers=3,
    paused=True,
    stalled=4,
    expired=5,
    handlers={"send": HandlerFigures(6, {"retried": 1}, TIMES, TIMES)},
)


WORKER = WorkerFigures(
    processes=[ProcessFigures(0, ready=True, resident=1_000, cpu=0.5, silence=0.1)],
    replaced=1,
    leases={"mail": 1},
    handlers={"mail": FIGURES.handlers},
)


def exposed() -> str:
    return expose([FIGURES], [ServerFigures("0", 10, 0.5, 1_000)])


def test_the_page_lists_what_is_exposed() -> None:
    page = (ROOT / "docs/reference/metrics.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)
    said = {
        (name, kind, tuple(re.findall(r"`(\w+)`", labels)), about)
        for name, kind, labels, about in rows
    }
    assert said == {
        (each.name, each.kind, each.labels, each.about) for each in (*METRICS, *WORKER_METRICS)
    }


@pytest.mark.parametrize(
    ("text", "metrics"), [(exposed(), METRICS), (expose_worker(WORKER), WORKER_METRICS)]
)
def test_each_metric_is_exposed_with_its_labels(text: str, metrics: tuple[Metric, ...]) -> None:
    families = {each.name: each for each in text_string_to_metric_families(text)}
    for metric in metrics:
        family = families[metric.name.removesuffix("_total")]
        assert family.type == metric.kind
        assert family.documentation == metric.about
        labels = {name for sample in family.samples for name in sample.labels} - {"le"}
        assert labels == set(metric.labels)


def test_buckets_are_cumulative() -> None:
    lines = exposed().splitlines()
    named = 'backbeat_job_wait_seconds_bucket{handler="send",le="%s",queue="mail"} %s'
    for bound, count in (("0.001", "3.0"), ("0.002", "5.0"), ("+Inf", "6.0")):
        assert named % (bound, count) in lines
    assert 'backbeat_job_wait_seconds_sum{handler="send",queue="mail"} 1.5' in lines


def test_every_name_on_the_board_is_exposed() -> None:
    board = json.loads((ROOT / "deploy/grafana/backbeat.json").read_text(encoding="utf-8"))
    said = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    said += [each["query"]["query"] for each in board["templating"]["list"][1:]]
    used = {name for expression in said for name in re.findall(r"backbeat_\w+", expression)}
    exposed_names = {line.partition("{")[0] for line in exposed().splitlines() if line[0] != "#"}
    assert used <= exposed_names
    assert {each.name for each in METRICS if each.kind != "histogram"} <= used
    assert {f"{each.name}_bucket" for each in METRICS if each.kind == "histogram"} <= used
