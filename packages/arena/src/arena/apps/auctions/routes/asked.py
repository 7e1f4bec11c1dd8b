"""What bodies of requests hold, and the terms that they mean."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from arena.apps.auctions.errors import InvalidTerms
from arena.apps.auctions.model.house_terms import HouseTerms
from arena.apps.auctions.model.images import LONGEST, MOST
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.lots import Description
from arena.apps.auctions.model.soft_close import Mode, SoftClose
from arena.apps.auctions.model.terms import Terms
from arena.base.money import CURRENCIES, Currency, Money
from backbeat.gateway.http import Asked, AsWhole

Amount = Annotated[str, Field(max_length=20, examples=["7500.00"])]
Moment = Annotated[str, Field(max_length=40, examples=["2030-01-01T12:00:00Z"])]


Whole = Annotated[int, AsWhole]
Pace = Annotated[int, Field(ge=0, le=60_000), AsWhole]
Images = Annotated[
    list[Annotated[str, Field(max_length=LONGEST, examples=["https://img.example.com/a.jpg"])]],
    Field(max_length=MOST, description="Addresses of pictures; browsers fetch them, we do not."),
]


class AskedSoftClose(Asked):
    """How late bids move the end."""

    mode: Mode = "append"
    window_seconds: Whole = Field(default=30, ge=1, le=86_400)
    extend_seconds: Annotated[int, Field(ge=1, le=86_400), AsWhole] | None = Field(
        default=None, description="As the house has it, where nothing is said."
    )
    max_extensions: Annotated[int, Field(ge=0, le=1_000_000), AsWhole] | None = None


class AskedItem(Asked):
    """An auction that is to be held."""

    title: str = Field(min_length=1, max_length=200)
    text: str = Field(default="", max_length=10_000)
    category: str = Field(default="other", max_length=60)
    currency: str = "USD"
    starting_price: Amount
    reserve_price: Amount | None = None
    buy_now_price: Amount | None = None
    increment_rule: str = Field(default="ebay", max_length=30)
    proxy: bool = True
    pace_ms: Pace = 1_000
    deposit: Amount = "0"
    start_time: Moment
    end_time: Moment
    soft_close: AskedSoftClose = Field(default_factory=AskedSoftClose)
    images: Images = Field(default_factory=list)

    def description(self, house: HouseTerms) -> Description:
        """The words about it, and what its buyer pays beside the price."""
        return Description(
            title=self.title,
            text=self.text,
            category=self.category,
            currency=self._currency.code,
            deposit=self._minor(self.deposit),
            premium_bps=house.premium_bps,
        )

    def terms(self, seller: str, house: HouseTerms) -> Terms:
        """The terms that it is to be held on.

        Raises:
            InvalidTerms: They contradict each other.
            InvalidAmount: An amount is none.
        """
        close = self.soft_close
        return Terms(
            seller=seller,
            start_at_ms=_moment_ms("start_time", self.start_time),
            end_at_ms=_moment_ms("end_time", self.end_time),
            starting_price=self._minor(self.starting_price),
            reserve_price=self._perhaps(self.reserve_price),
            buy_now_price=self._perhaps(self.buy_now_price),
            increments=Increments.of(self.increment_rule),
            proxy=self.proxy,
            pace_ms=self.pace_ms,
            soft_close=SoftClose(
                mode=close.mode,
                window_ms=close.window_seconds * 1_000,
                extend_ms=(close.extend_seconds or house.extension_s) * 1_000,
                max_extensions=close.max_extensions,
            ),
        )

    @property
    def _currency(self) -> Currency:
        currency = CURRENCIES.get(self.currency)
        if currency is None:
            raise InvalidTerms("currency", f"must be one of {', '.join(CURRENCIES)}")
        return currency

    def _minor(self, text: str) -> int:
        return Money.parse(text, self._currency).amount

    def _perhaps(self, text: str | None) -> int | None:
        return None if text is None else self._minor(text)


class AskedBid(Asked):
    """A bid: an id of the client's own, so that sent again it is the same one, and how much."""

    bid_id: Annotated[str, Field(pattern=r"^[0-9a-fA-F-]{36}$")]
    max_amount: Amount


class AskedBlock(Asked):
    """Who may bid no more on an auction."""

    user_id: Annotated[str, Field(pattern=r"^[0-9a-fA-F-]{36}$")]


class AskedReason(Asked):
    """Why an auction is called off, or a bid taken back."""

    reason: str = Field(min_length=1, max_length=500)


def _moment_ms(field: str, text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidTerms(field, 'must be a moment such as "2030-01-01T12:00:00Z"') from None
    if moment.tzinfo is None:
        raise InvalidTerms(field, "must name its time zone, such as Z for UTC")
    return round(moment.astimezone(UTC).timestamp() * 1_000)
