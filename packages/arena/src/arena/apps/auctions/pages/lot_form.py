"""The form in which somebody says what they sell, and on which terms."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from nicegui import ui

from arena.apps.auctions.actions.showing import amount
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.lots import Lot
from arena.base.money import CURRENCIES
from backbeat.pages.look import box, text

STEPS: Final = {"ebay": "grow with the price", "trade-me": "grow, in larger steps"}
ENDS: Final = {
    "append": "late bids put it off", "reset": "late bids leave time at least", "none": "it stays",
}  # fmt: skip
_EMPTY: Final = {"reservePrice", "buyNowPrice"}
_OUTLINED: Final = "outlined dense"


class LotForm:
    """Fields, and what is written in them in the words of REST.

    Pages and REST judge the same words by the same rules, so nothing is checked here.
    """

    def __init__(self, lot: Lot | None, images: list[str]) -> None:
        """Draw it.

        Args:
            lot: The draft that it begins with; None: an auction of a week from the next hour on.
            images: Addresses of its pictures.
        """
        self._fields: dict[str, Any] = {}
        self._soft_close = {} if lot is None else _soft_close(lot)
        given = _given(lot)
        with box("fields"):
            self._input("title", "What it is", given)
            self._add("text", ui.textarea("About it", value=given["text"]))
            self._add("images", ui.textarea("Pictures, an address a line", value="\n".join(images)))
            with box("pair"):
                self._input("category", "Category", given)
                self._select("currency", "Currency", {each: each for each in CURRENCIES}, given)
                self._input("startingPrice", "Starting price", given)
                self._input("reservePrice", "Reserve, or nothing", given)
                self._input("buyNowPrice", "Price to buy at once, or nothing", given)
                self._input("deposit", "Deposit of bidders", given)
                self._input("startTime", "Start, UTC", given, "type=datetime-local")
                self._input("endTime", "End, UTC", given, "type=datetime-local")
                self._select("incrementRule", "Steps", _steps(given["incrementRule"]), given)
                self._select("mode", "The end", ENDS, given)
            self._fields["proxy"] = ui.checkbox(
                "Bids are secret maxima, and the house bids for people", value=given["proxy"]
            )
            text("Times are in UTC. Nobody sees a draft but you.", "quiet")

    def said(self) -> dict[str, Any]:
        """What is written, as a body of `POST /items` has it, without the rate of bids."""
        said = {name: field.value for name, field in self._fields.items()}
        words = {name: str(value or "").strip() for name, value in said.items() if name != "proxy"}
        mode, images = words.pop("mode"), words.pop("images")
        for name in ("startTime", "endTime"):
            words[name] = f"{words[name]}+00:00" if words[name] else ""
        words["category"] = words["category"] or "other"
        words["deposit"] = words["deposit"] or "0"
        return {
            **{name: None if name in _EMPTY and not word else word for name, word in words.items()},
            "proxy": bool(said["proxy"]),
            # What else REST may have said of it stays.
            "softClose": {**self._soft_close, "mode": mode},
            "images": [line.strip() for line in images.splitlines() if line.strip()],
        }

    def _input(self, name: str, label: str, given: dict[str, Any], more: str = "") -> None:
        self._add(name, ui.input(label, value=given[name]).props(more))

    def _select(
        self, name: str, label: str, options: dict[str, str], given: dict[str, Any]
    ) -> None:
        self._add(name, ui.select(options, label=label, value=given[name]))

    def _add(self, name: str, field: Any) -> None:
        field.props(_OUTLINED)
        self._fields[name] = field


def _given(lot: Lot | None) -> dict[str, Any]:
    if lot is None:
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return {
            "title": "", "text": "", "category": "", "currency": "USD", "startingPrice": "1.00",
            "reservePrice": "", "buyNowPrice": "", "deposit": "", "incrementRule": "ebay",
            "proxy": True, "mode": "append", "startTime": _local(start),
            "endTime": _local(start + timedelta(days=7)),
        }  # fmt: skip
    words, terms = lot.description, lot.auction.terms

    def perhaps(minor: int | None) -> str:
        return amount(minor, words.currency) if minor else ""

    return {
        "title": words.title, "text": words.text, "category": words.category,
        "currency": words.currency, "startingPrice": perhaps(terms.starting_price),
        "reservePrice": perhaps(terms.reserve_price), "buyNowPrice": perhaps(terms.buy_now_price),
        "deposit": perhaps(words.deposit), "incrementRule": terms.increments.rule,
        "proxy": terms.proxy, "mode": terms.soft_close.mode,
        "startTime": _local(datetime.fromtimestamp(terms.start_at_ms / 1_000, UTC)),
        "endTime": _local(datetime.fromtimestamp(terms.end_at_ms / 1_000, UTC)),
    }  # fmt: skip


def _soft_close(lot: Lot) -> dict[str, Any]:
    close = lot.auction.terms.soft_close
    return {
        "windowSeconds": close.window_ms // 1_000,
        "extendSeconds": close.extend_ms // 1_000,
        "maxExtensions": close.max_extensions,
    }


def _steps(rule: str) -> dict[str, str]:
    """What can be chosen, and a fixed step that came by REST."""
    return STEPS if rule in STEPS else {**STEPS, rule: f"always {Increments.of(rule).step(0)}"}


def _local(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")
