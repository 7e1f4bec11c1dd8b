"""API keys: made, shown once, revoked."""

from functools import partial

from backbeat.app import ApiKey
from backbeat.dashboard.components.act import action, offer
from backbeat.dashboard.components.dialog import Dialog
from backbeat.dashboard.components.fields import choice, line
from backbeat.dashboard.components.text import moment
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action, Role
from backbeat.pages.look import box, code, facts, heading, nothing, panel, text
from backbeat.pages.parts import Fill, Parts


@screen("/keys", "API keys", "keys")
async def keys_page(visit: Visit) -> Refresh:
    """All of them."""
    with heading("API keys"):
        text("", "grow")
        offer(visit, Action.ADMINISTER, "Make a key", lambda: make(visit), icon="add")
    keys = Parts[ApiKey](
        lambda key: key.id, lambda key: _draw(visit, key),
        lambda: nothing(
            "vpn_key", "There is no API key yet", "Make one for each person and program."
        ),
        "split",
    )  # fmt: skip

    async def refresh() -> None:
        keys.show(await visit.service.keys.list(visit.caller))

    return refresh


def _draw(visit: Visit, key: ApiKey) -> Fill[ApiKey]:
    with panel(key.name):
        facts({
            "Id": key.id, "May": ", ".join(sorted(key.actions)),
            "In": "all queues" if key.queues is None else ", ".join(sorted(key.queues)),
            "Made": moment(key.created_at), "Ends": moment(key.expires_at),
        })  # fmt: skip
        with box("items"):
            action(
                visit, Action.ADMINISTER, "Revoke", partial(_revoke, visit, key.id),
                icon="block", danger=True, ask=f"End the key {key.name}?",
            )  # fmt: skip
    return lambda _key: None


async def make(visit: Visit) -> None:
    """Ask for whom and what, and show the key this once."""
    made: list[str] = []
    dialog = Dialog("Make a key")
    with dialog:
        name = line("For whom or what", most=64)
        role = choice("Role", [each.value for each in Role], Role.VIEWER.value)
        queues = line("Queues, with commas; empty for all", most=2_000)

    async def deed() -> str:
        names = [each.strip() for each in (queues.value or "").split(",") if each.strip()]
        key, secret = await visit.service.keys.create(
            visit.caller, name.value or "", sorted(Role(str(role.value)).actions),
            queues=names or None, lifetime=None,
        )  # fmt: skip
        made.append(secret)
        return f"{key.name} has a key"

    dialog.offer(visit, "Make it", deed)
    if await dialog.shown():
        shown = Dialog("Copy it now: it is shown this once")
        with shown:
            code(made[0])
        await shown.shown()


async def _revoke(visit: Visit, key_id: str) -> str:
    await visit.service.keys.revoke(visit.caller, key_id)
    return "the key has ended"
