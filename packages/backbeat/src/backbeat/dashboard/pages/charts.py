"""Charts of the history of queues, and how far back they go."""

from collections.abc import Mapping, Sequence
from typing import Final

from backbeat.app import HandlerCounts, Histogram
from backbeat.dashboard import series
from backbeat.dashboard.components.chart import Chart, Lines
from backbeat.dashboard.histories import SPANS, History, Span
from backbeat.dashboard.visit import Visit
from backbeat.pages.look import box, nothing, panel, tabs

# Charts of an overview have that many queues at most: those with most to do.
MOST_QUEUES: Final = 30


def asked_span(visit: Visit) -> Span:
    """How far back the address asks for; an hour where it says nothing that is known."""
    return SPANS.get(visit.asked("span") or "", SPANS["hour"])


def span_tabs(visit: Visit, *parts: str) -> None:
    """Links to the same page with another span."""
    chosen = asked_span(visit)
    kept = {name: visit.asked(name) for name in ("state", "handler", "group", "text")}
    tabs([
        (span.words, visit.href(*parts, **kept, span=name), span is chosen)
        for name, span in SPANS.items()
    ])  # fmt: skip


class Charts:
    """Rates, latency, backlog, its age and the share of failures, of one queue or of several."""

    def __init__(self, visit: Visit) -> None:
        """Draw them, without lines yet."""
        self._visit, self._span = visit, asked_span(visit)
        self._none = nothing(
            "show_chart", "Nothing was counted yet",
            "Workers write down what they do every 15 seconds; the first minute is here soon.",
        )  # fmt: skip
        with box("split") as self._box:
            with panel(f"Ended jobs per {self._span.per}"):
                self._rates = Chart(whole=True)
            with panel("Waiting jobs"):
                self._backlog = Chart(whole=True)
            with panel("Latency, ms: waits and runs"):
                self._latency = Chart()
            with panel("Oldest wait, seconds"):
                self._age = Chart()
            with panel("Failed of ended jobs, %"):
                self._failures = Chart(percent=True)

    async def refresh(self, queues: Sequence[str]) -> Mapping[str, History]:
        """Read the history of queues, and draw it; gives what was read."""
        found = await self._visit.reader.histories.of(queues[:MOST_QUEUES], self._span)
        at = series.times(found.values(), self._span.step)
        self._none.set_visibility(not at)
        self._box.set_visibility(bool(at))
        alone = next(iter(found.values())) if len(found) == 1 else None

        def each(value: series.Value) -> Lines:
            return {name: series.line(history, at, value) for name, history in found.items()}

        def kinds(*names: str) -> Lines:
            return {name: series.line(alone or (), at, series.named(name)) for name in names}

        one = alone is not None
        self._rates.draw(
            at, kinds("completed", "failed", "cancelled", "added") if one else each(series.ended)
        )
        self._backlog.draw(
            at,
            kinds("waiting", "delayed", "running") if one else each(series.named("waiting")),
        )
        self._age.draw(at, each(series.named("oldest_wait")))
        self._failures.draw(at, each(series.failure_share))
        self._latency.draw(at, {
            "half wait less": series.quantiles(found, at, _waits, 0.5),
            "95 % wait less": series.quantiles(found, at, _waits, 0.95),
            "half run less": series.quantiles(found, at, _runs, 0.5),
            "95 % run less": series.quantiles(found, at, _runs, 0.95),
        })  # fmt: skip
        return found


def _waits(counts: HandlerCounts) -> Histogram:
    return counts.waits


def _runs(counts: HandlerCounts) -> Histogram:
    return counts.runs
