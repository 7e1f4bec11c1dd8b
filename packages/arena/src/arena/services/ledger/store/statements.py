"""Statements: the postings of one account, newest first, a page at a time."""

from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

_PAGE: Final = text("""
    SELECT p.number, p.amount, p.running, p.journal_id, j.key, j.type, j.ref, j.created_ms
    FROM ledger_postings p JOIN ledger_journals j ON j.id = p.journal_id
    WHERE p.account_id = :account AND p.number < :before
    ORDER BY p.number DESC LIMIT :most
""")


async def read_page(
    session: AsyncSession, account_id: int, before: int, most: int
) -> list[Row[Any]]:
    """Postings of an account whose number is less than `before`, newest first."""
    page = {"account": account_id, "before": before, "most": most}
    return list(await session.execute(_PAGE, page))
