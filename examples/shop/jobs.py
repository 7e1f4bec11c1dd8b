"""The application: four queues with limits, groups, a breaker, a lock, schedules and failures."""

import asyncio
import random
from typing import Final

from backbeat import Backbeat, Breaker, Groups, Job, Keep, Rate, Retry, cron, every

app = Backbeat()
app.limit("card-provider", rate=Rate(40, per=1))
app.limit("mail-provider", rate=Rate(100, per=1), max_running=20)

_RETRY: Final = Retry.exponential(attempts=3, delay=2.0, max_delay=20.0)
_KEEP: Final = Keep(completed=5_000)
_PROVIDER: Final = Breaker("card-provider", min_calls=50)

payments = app.queue("payments", retry=_RETRY, keep=_KEEP, limits=["card-provider"])
mail = app.queue("mail", retry=_RETRY, keep=_KEEP, limits=["mail-provider"], groups=Groups())
images = app.queue("images", keep=_KEEP, max_running=4)
reports = app.queue("reports", keep=_KEEP)


class CardDeclined(Exception):
    """The bank said no."""


class MailboxFull(Exception):
    """Nobody has emptied it for long."""


@payments.job("charge", timeout=20, breaker=_PROVIDER, lock="wallet:{wallet}")
async def charge(job: Job, wallet: int, amount: int, *, card_token: str = "") -> dict[str, int]:
    """Charge a card; some are declined."""
    job.log(f"charging {amount / 100:.2f} to wallet {wallet}")
    await _take(0.15)
    if _happens(job, 0.04):
        raise CardDeclined("insufficient funds")
    job.log("the provider has accepted it")
    return {"wallet": wallet, "amount": amount}


@payments.job("refund", timeout=20)
async def refund(job: Job, wallet: int, amount: int) -> None:
    """Give money back."""
    await _take(0.25)


@mail.job("send", timeout=10, group="{shop}")
async def send(job: Job, shop: str, to: str, template: str = "receipt") -> str:
    """Send a mail, in the line of its shop."""
    await _take(0.1)
    if _happens(job, 0.03):
        raise _unlucky(job, to)
    return template


@images.job("resize", timeout=60)
async def resize(job: Job, picture: str, widths: list[int]) -> list[str]:
    """Make smaller pictures, one after the other."""
    made = []
    for number, width in enumerate(widths, start=1):
        await _take(1.8)
        job.log(f"{picture} at {width} px")
        job.progress(100 * number / len(widths), f"{number} of {len(widths)} widths")
        made.append(f"{picture}-{width}.webp")
    if _happens(job, 0.05):
        raise ValueError(f"{picture} has no pixels")
    return made


@reports.job("build", timeout=120)
async def build(job: Job, name: str) -> str:
    """Build a report."""
    for share in range(0, 101, 20):
        await _take(0.5)
        job.progress(share, f"{name}: {share} % of the rows")
    return f"{name}.pdf"


@reports.job("ship")
async def ship(order: str) -> str:
    """Hand an order to the carrier."""
    await _take(0.2)
    return order


app.schedule("nightly-report", cron("0 3 * * *", "Europe/Oslo"), build.call(name="nightly"))
app.schedule("weekly-newsletter", cron("0 9 * * MON"), mail.call(
    "send", {"shop": "acme", "to": "everybody@example.com", "template": "newsletter"}
))  # fmt: skip
app.schedule("stock-report", cron("0 */6 * * *"), build.call(name="stock"))
app.schedule("reconcile", every(60), payments.call("refund", {"wallet": 1, "amount": 0}))


async def _take(seconds: float) -> None:
    await asyncio.sleep(seconds * random.uniform(0.5, 1.8))


def _unlucky(job: Job, to: str) -> Exception:
    errors = (
        MailboxFull(f"{to} takes no mail"),
        MailboxFull(f"{to} takes no mail"),
        ConnectionError("the mail server hung up"),
        KeyError("first_name"),
    )
    return random.Random(f"{job.id} why").choice(errors)


def _happens(job: Job, share: float) -> bool:
    """Whether a job is one of the unlucky ones: in each of its attempts, or in none."""
    return random.Random(job.id).random() < share
