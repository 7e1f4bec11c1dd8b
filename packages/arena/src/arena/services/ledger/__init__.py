"""Money of record: double entry, append-only, each key once; holds; seals over what was written."""

from arena.services.ledger.actions.ledger import Ledger
from arena.services.ledger.actions.reading import Balance, Statement, StatementLine
from arena.services.ledger.actions.verifying import Broken, Report
from arena.services.ledger.model.account import OUTSIDE, WALLET, Account, AccountKind
from arena.services.ledger.model.hold import Hold, HoldRequest
from arena.services.ledger.model.journal import Entry, Journal, Posted, credit, debit

__all__ = [
    "OUTSIDE",
    "WALLET",
    "Account",
    "AccountKind",
    "Balance",
    "Broken",
    "Entry",
    "Hold",
    "HoldRequest",
    "Journal",
    "Ledger",
    "Posted",
    "Report",
    "Statement",
    "StatementLine",
    "credit",
    "debit",
]
