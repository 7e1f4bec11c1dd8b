"""What the ledger refuses, and why. Nothing was written where one of these is raised."""

from arena.base.errors import ArenaError, Conflict, Invalid, NotFound, Refused


class LedgerError(ArenaError):
    """Every error of the ledger's own."""


class InvalidJournal(LedgerError, Invalid):
    """A journal, a hold or a name in it is none; the same again is refused again."""

    code = "INVALID_JOURNAL"


class InsufficientFunds(LedgerError, Refused):
    """An account has less available than would leave it."""

    code = "INSUFFICIENT_FUNDS"


class AccountFull(LedgerError, Refused):
    """A balance would be more than a column of 64 bits holds."""

    code = "ACCOUNT_FULL"


class AccountMismatch(LedgerError, Conflict):
    """The account exists with another side, scale or rule about overdrafts."""

    code = "ACCOUNT_MISMATCH"


class KeyReused(LedgerError, Conflict):
    """The idempotency key stands for something else already."""

    code = "IDEMPOTENCY_KEY_REUSED"


class KeyContended(LedgerError, Conflict):
    """The key was used for something else in the same moment; again, it will be `KeyReused`.

    A database transaction takes it for a conflict and runs again.
    """

    code = "IDEMPOTENCY_KEY_CONTENDED"
    sqlstate = "40001"


class JournalNotFound(LedgerError, NotFound):
    """No journal has this key."""

    code = "JOURNAL_NOT_FOUND"


class AlreadyReversed(LedgerError, Conflict):
    """Another journal has reversed it; a journal is reversed once."""

    code = "ALREADY_REVERSED"


class HoldNotFound(LedgerError, NotFound):
    """No hold has this key."""

    code = "HOLD_NOT_FOUND"


class HoldEnded(LedgerError, Conflict):
    """The hold ended in another way: a hold ends exactly once."""

    code = "HOLD_ENDED"


class Inconsistent(LedgerError):
    """What was decided does not fit what is written: a bug or a foreign hand. Nothing was done."""

    code = "LEDGER_INCONSISTENT"
