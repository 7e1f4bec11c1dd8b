"""What is no journal, no account and no hold is refused before any database is asked."""

import pytest

from arena.base.money import EUR, LARGEST, USD, Money
from arena.services.ledger import OUTSIDE, AccountKind, Entry, HoldRequest, Journal, credit, debit
from arena.services.ledger.errors import AccountFull, HoldEnded, InsufficientFunds, InvalidJournal
from arena.services.ledger.model.account import AccountName
from arena.services.ledger.model.digest import GENESIS, Written, content_of, seal_of
from arena.services.ledger.model.hold import Hold, capturing, check_open
from arena.services.ledger.model.standing import Standing, apply
from packages.arena.tests.support.money import BANK, deposit, transfer, usd, wallet, withdrawal

ADA, BOB = wallet("ada"), wallet("bob")


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ((), "has 0 entries"),
        ((Entry(ADA, 5),), "has 1 entries"),
        ((Entry(ADA, 5), Entry(BANK, -4)), r"does not balance: \+1 minor units of USD"),
        ((Entry(ADA, 5), Entry(wallet("bob", EUR), -5)), "does not balance"),
        ((Entry(ADA, 5), Entry(ADA, -5)), "two entries of one account"),
        ((Entry(ADA, 0), Entry(BANK, 0)), "moves 0 on the wallet of ada in USD"),
        ((Entry(ADA, 5.0), Entry(BANK, -5.0)), "moves 5.0"),  # type: ignore[arg-type] # on purpose
        ((Entry(ADA, True), Entry(BANK, -1)), "moves True"),
        ((Entry(ADA, LARGEST + 1), Entry(BANK, -LARGEST - 1)), "whole minor units of 64 bits"),
    ],
)
def test_what_is_no_journal_is_refused(entries: tuple[Entry, ...], reason: str) -> None:
    with pytest.raises(InvalidJournal, match=reason):
        Journal("key", "type", entries)


@pytest.mark.parametrize("name", ["", "x" * 201, "a\x00b", "a\nb", "\ud800"])
def test_names_are_short_and_printable(name: str) -> None:
    for make in (
        lambda: deposit(name, "ada", 1),
        lambda: transfer("key", ADA, BOB, 1, type_=name),
        lambda: wallet(name),
        lambda: AccountKind(name, "credit"),
        lambda: HoldRequest(name, ADA, usd(1)),
    ):
        with pytest.raises(InvalidJournal, match="printable characters"):
            make()


def test_a_journal_may_have_several_currencies_that_balance_each() -> None:
    euros = (credit(wallet("ada", EUR), Money(7, EUR)), debit(OUTSIDE.of("b", EUR), Money(7, EUR)))
    dollars = (credit(ADA, usd(5)), debit(BANK, usd(5)))

    assert len(Journal("key", "exchange", (*euros, *dollars)).entries) == 4


@pytest.mark.parametrize("amount", [Money(5, EUR), usd(0), usd(-5)])
def test_credits_and_debits_are_more_than_nothing_of_the_currency(amount: Money) -> None:
    for entry in (credit, debit):
        with pytest.raises(InvalidJournal):
            entry(ADA, amount)
    with pytest.raises(InvalidJournal):
        HoldRequest("key", ADA, amount)


def test_the_same_content_is_known_again_in_any_order_of_entries() -> None:
    one = transfer("one", ADA, BOB, 5)
    turned = Journal("two", one.type, one.entries[::-1])

    assert content_of(one) == content_of(turned)
    others = [
        transfer("one", ADA, BOB, 6),
        transfer("one", BOB, ADA, 5),
        Journal("one", "other", one.entries),
        Journal("one", one.type, one.entries, ref="other"),
        Journal("one", one.type, one.entries, reverses=1),
    ]
    assert len({content_of(each) for each in [one, *others]}) == 6


def test_a_seal_depends_on_everything_before_it_and_under_it() -> None:
    one = Written((1, "key", b"content"), (("ada", 5), ("bob", -5)))
    two = Written((2, "key", b"content"), (("ada", 5), ("bob", -5)))
    variants = [[one], [two], [one, two], [two, one], [Written(one.fields, one.lines[:1])]]
    hashes = {seal_of(previous, each) for each in variants for previous in (GENESIS, b"x" * 32)}

    assert len(hashes) == 10


def standings(**balances: int) -> dict[AccountName, Standing]:
    accounts = {owner: wallet(owner) for owner in balances}
    found = {
        accounts[owner].name: Standing(number, accounts[owner], balance)
        for number, (owner, balance) in enumerate(balances.items())
    }
    return {**found, BANK.name: Standing(99, BANK)}


def test_what_cannot_all_be_posted_moves_nothing() -> None:
    before = standings(ada=5)

    with pytest.raises(InsufficientFunds, match=r"0\.05 available, which is less than 0\.06"):
        apply(withdrawal("key", "ada", 6), before)
    assert before == standings(ada=5)


def test_an_account_counts_to_64_bits() -> None:
    with pytest.raises(AccountFull, match="more than 64 bits"):
        apply(deposit("key", "ada", 1), standings(ada=LARGEST))


HELD = Hold("hold", ADA, usd(5), "held", 0, expires_ms=100)


def test_a_hold_ends_once_and_in_time() -> None:
    check_open(HELD, 99)
    for ended, now in [
        (HELD, 100),
        (Hold("hold", ADA, usd(5), "released", 0), 0),
        (Hold("hold", ADA, usd(5), "captured", 0), 0),
    ]:
        with pytest.raises(HoldEnded, match=r"was (expired|released|captured) already"):
            check_open(ended, now)


@pytest.mark.parametrize("amount", [usd(0), usd(-1), usd(6), Money(5, EUR)])
def test_a_capture_takes_at_most_what_is_held(amount: Money) -> None:
    with pytest.raises(InvalidJournal, match="take more than 0 and at most that"):
        capturing(HELD, BOB, amount, type_="capture", ref="")


def test_a_capture_moves_away_from_the_account_on_either_side() -> None:
    till = AccountKind("till", "debit").of("house", USD)
    for account, sign in ((ADA, -1), (till, 1)):
        journal = capturing(
            Hold("hold", account, usd(5), "held", 0), BOB, usd(3), type_="capture", ref=""
        )
        assert [entry.amount for entry in journal.entries] == [3 * sign, -3 * sign]
