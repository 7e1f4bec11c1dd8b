"""Changes of a draft: what is not named stays, null takes a price away."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import Field

from arena.apps.auctions.actions.showing import amount
from arena.apps.auctions.errors import InvalidTerms
from arena.apps.auctions.model.house_terms import HouseTerms
from arena.apps.auctions.model.lots import Description, Lot
from arena.apps.auctions.model.terms import Terms
from arena.apps.auctions.routes.asked import (
    Amount,
    AskedItem,
    AskedSoftClose,
    Images,
    Moment,
    Pace,
)
from backbeat.gateway.http import Asked

# What an auction may be without.
_MAY_GO: Final = frozenset({"reservePrice", "buyNowPrice"})


class AskedChange(Asked):
    """What of a draft is to be otherwise; see `AskedItem` for what there is."""

    title: str | None = Field(default=None, min_length=1, max_length=200)
    text: str | None = Field(default=None, max_length=10_000)
    category: str | None = Field(default=None, max_length=60)
    currency: str | None = None
    starting_price: Amount | None = None
    reserve_price: Amount | None = None
    buy_now_price: Amount | None = None
    increment_rule: str | None = Field(default=None, max_length=30)
    proxy: bool | None = None
    pace_ms: Pace | None = None
    deposit: Amount | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    soft_close: AskedSoftClose | None = None
    images: Images | None = None

    def of(self, lot: Lot, house: HouseTerms) -> tuple[Description, Terms]:
        """Words and terms of a draft with this change.

        Raises:
            InvalidTerms: They contradict each other, or something would go that is needed.
            InvalidAmount: An amount is none.
        """
        said = self.model_dump(by_alias=True, exclude_unset=True)
        for name, value in said.items():
            if value is None and name not in _MAY_GO:
                raise InvalidTerms(name, "cannot be taken away: leave it out to let it be")
        item = AskedItem.model_validate({**_as_asked(lot), **said})
        words = item.description(house)
        terms = item.terms(lot.auction.terms.seller, house)
        return replace(words, premium_bps=lot.description.premium_bps), terms


def _as_asked(lot: Lot) -> dict[str, Any]:
    """A draft as it would be asked for."""
    words, terms, close = lot.description, lot.auction.terms, lot.auction.terms.soft_close

    def perhaps(minor: int | None) -> str | None:
        return None if minor is None else amount(minor, words.currency)

    return {
        "title": words.title,
        "text": words.text,
        "category": words.category,
        "currency": words.currency,
        "startingPrice": amount(terms.starting_price, words.currency),
        "reservePrice": perhaps(terms.reserve_price),
        "buyNowPrice": perhaps(terms.buy_now_price),
        "incrementRule": terms.increments.rule,
        "proxy": terms.proxy,
        "paceMs": terms.pace_ms,
        "deposit": amount(words.deposit, words.currency),
        "startTime": _moment(terms.start_at_ms),
        "endTime": _moment(terms.end_at_ms),
        "softClose": {
            "mode": close.mode,
            "windowSeconds": close.window_ms // 1_000,
            "extendSeconds": close.extend_ms // 1_000,
            "maxExtensions": close.max_extensions,
        },
    }


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1_000, UTC).isoformat()
