"""What processes count is added up, and bounded."""

from backbeat.engine.calls.measure import OTHER
from backbeat.worker.supervising.account import MOST_HANDLERS, Account


def test_what_processes_say_is_added_up_by_queue_and_handler() -> None:
    account = Account()
    account.add("mail", {"send": (2, 1), "read": (1,)})
    account.add("mail", {"send": (3, 2)})
    account.add("reports", {"send": (1,)})
    figures = account.figures()
    assert (figures["mail"]["send"].started, figures["mail"]["send"].outcomes["completed"]) == (
        5,
        3,
    )
    assert figures["mail"]["read"].started == figures["reports"]["send"].started == 1


def test_handlers_beyond_so_many_count_together() -> None:
    account = Account()
    account.add("mail", {f"h{n}": (1,) for n in range(MOST_HANDLERS + 7)})
    account.add("mail", {"h0": (1,), "h99": (1,)})
    found = account.figures()["mail"]
    assert len(found) == MOST_HANDLERS + 1
    assert (found["h0"].started, found[OTHER].started) == (2, 8)
