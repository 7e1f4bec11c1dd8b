"""The invariants as questions: each gives the rows that break it, at most a few of them."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import TextClause, text

MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant.

    Attributes:
        code: Which of the invariants M1 to M11 it belongs to.
        says: What each row means that its question gives.
        question: Gives up to 20 rows of one text each: what breaks it.
    """

    code: str
    says: str
    question: TextClause


def _check(code: str, says: str, question: str) -> Check:
    return Check(code, says, text(f"{question} LIMIT {MOST}"))


CHECKS: Final = (
    _check(
        "M1",
        "the postings of a journal do not add up to 0",
        """
        SELECT 'journal ' || p.journal_id || ': ' || sum(p.amount) || ' ' || a.currency
        FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id
        GROUP BY p.journal_id, a.currency HAVING sum(p.amount) <> 0
        """,
    ),
    _check(
        "M1",
        "the balances of a currency do not add up to 0",
        """
        SELECT currency || ': ' || sum(balance) FROM ledger_accounts
        GROUP BY currency HAVING sum(balance) <> 0
        """,
    ),
    _check(
        "M1",
        "a journal has fewer than 2 postings",
        """
        SELECT 'journal ' || j.id FROM ledger_journals j
        LEFT JOIN ledger_postings p ON p.journal_id = j.id
        GROUP BY j.id HAVING count(p.number) < 2
        """,
    ),
    _check(
        "M2",
        "a balance is not the sum of its postings",
        """
        SELECT 'account ' || a.id || ': ' || a.balance || ', not ' || coalesce(sum(p.amount), 0)
        FROM ledger_accounts a LEFT JOIN ledger_postings p ON p.account_id = a.id
        GROUP BY a.id
        HAVING a.balance <> coalesce(sum(p.amount), 0) OR a.postings <> count(p.number)
        """,
    ),
    _check(
        "M2",
        "a running balance is not the sum up to there",
        """
        SELECT 'account ' || account_id || ', posting ' || number || ': ' || running FROM (
            SELECT account_id, number, running,
                   sum(amount) OVER line AS summed, row_number() OVER line AS counted
            FROM ledger_postings WINDOW line AS (PARTITION BY account_id ORDER BY number)
        ) AS walked WHERE running <> summed OR number <> counted
        """,
    ),
    _check(
        "M3",
        "an account that may not be overdrawn was below 0",
        """
        SELECT 'account ' || a.id || ', posting ' || p.number || ': ' || a.side * p.running
        FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id
        WHERE NOT a.overdraft AND a.side * p.running < 0
        """,
    ),
    _check(
        "M4",
        "a key was posted twice",
        "SELECT key FROM ledger_journals GROUP BY key HAVING count(*) > 1",
    ),
    _check(
        "M5",
        "what is held is not the sum of the open holds",
        """
        SELECT 'account ' || a.id || ': ' || a.held || ', not ' || coalesce(sum(h.amount), 0)
        FROM ledger_accounts a LEFT JOIN ledger_holds h ON h.account_id = a.id AND h.state = 'held'
        GROUP BY a.id HAVING a.held <> coalesce(sum(h.amount), 0)
        """,
    ),
    _check(
        "M5",
        "more is held than there is",
        """
        SELECT 'account ' || id || ': ' || held || ' of ' || side * balance FROM ledger_accounts
        WHERE NOT overdraft AND held > side * balance
        """,
    ),
    _check(
        "M5",
        "a capture took more than was held",
        """
        SELECT 'hold ' || h.id FROM ledger_holds h JOIN ledger_postings p
        ON p.journal_id = h.journal_id AND p.account_id = h.account_id
        WHERE abs(p.amount) > h.amount
        """,
    ),
    _check(
        "M11",
        "a journal is under no seal, under two, or a seal is over no journal",
        """
        SELECT 'journal ' || coalesce(j.id, s.id) FROM ledger_journals j
        FULL JOIN (
            SELECT journal_id AS id FROM ledger_unsealed
            UNION ALL SELECT unnest(journals) FROM ledger_seals
        ) AS s ON s.id = j.id
        GROUP BY j.id, s.id HAVING count(*) <> 1 OR j.id IS NULL OR s.id IS NULL
        """,
    ),
)
