"""How a limit is declared, checked."""

from backbeat.engine.permits.keys import check_permit
from backbeat.engine.permits.limit_calls import LimitTerms
from backbeat.errors import InvalidOption
from backbeat.values import Rate, seconds


def make_terms(name: str, *, rate: Rate | None, max_running: int | None) -> LimitTerms:
    """What a limit allows, checked.

    Raises:
        InvalidOption: A number does not make sense, or nothing is limited.
    """
    if rate is None and max_running is None:
        raise InvalidOption(f"limit {name!r}: rate= or max_running= is needed")
    if max_running is not None and max_running < 1:
        raise InvalidOption(f"limit {name!r}: max_running must be at least 1, not {max_running}")
    slots = max_running or 0
    if rate is None:
        return LimitTerms(check_permit(name), slots)
    if max(rate.count, rate.burst or 0) > 1_000_000:
        raise InvalidOption(f"limit {name!r}: a rate of at most 1,000,000 is shared by name")
    return LimitTerms(
        name=check_permit(name),
        slots=slots,
        rate=rate.count,
        per_us=round(seconds(rate.per) * 1_000_000),
        kind="sliding" if rate.burst is None else "bucket",
        burst=rate.burst or 0,
    )


def whole_name(queue: str) -> str:
    """Name of the limit over all partitions of a queue: `wallets/*`, as `wallets/3` is one of them.

    No queue has such a name, and nobody has to declare it.
    """
    return f"{queue}/*"


def whole_terms(
    queue: str, partitions: int | None, *, rate: Rate | None, max_running: int | None
) -> LimitTerms | None:
    """What a queue allows over all of its partitions; None: nothing is limited, or it has none.

    Raises:
        InvalidOption: A number does not make sense.
    """
    if partitions is None or (rate is None and max_running is None):
        return None
    return make_terms(whole_name(queue), rate=rate, max_running=max_running)


def check_cost(terms: LimitTerms, cost: int) -> None:
    """Refuse what can never be taken.

    Raises:
        InvalidOption: It is below 1, or more than the limit ever has.
    """
    if cost < 1 or (terms.rate and cost > terms.most):
        most = terms.most or "any number"
        raise InvalidOption(f"limit {terms.name!r}: cost must be from 1 to {most}, not {cost}")
