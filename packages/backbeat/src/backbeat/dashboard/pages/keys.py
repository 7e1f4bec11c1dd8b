"""API keys: made, shown once, revoked."""

from functools import partial

from nicegui import ui

from backbeat.dashboard.components.act import action, carry_out
from backbeat.dashboard.components.look import box, code, facts, heading, nothing, panel, text
from backbeat.dashboard.components.text import moment
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action, Role


@screen("/keys", "API keys", "keys")
async def keys_page(visit: Visit) -> Refresh:
    """All of them."""
    with heading("API keys"):
        text("", "grow")
        if visit.may(Action.ADMINISTER):
            ui.button("Make a key", icon="add", on_click=lambda: make(visit), color=None).props(
                "outline no-caps dense padding='4px 12px' color=primary"
            )
    body = ui.element("div").classes("page").style("padding: 0")
    shown: list[object] = []

    async def refresh() -> None:
        found = await visit.service.keys.list(visit.caller)
        if shown == [found]:
            return
        shown[:] = [found]
        body.clear()
        with body:
            if not found:
                with panel():
                    nothing(
                        "vpn_key",
                        "There is no API key yet",
                        "Make one for each person and program.",
                    )
            for key in found:
                with panel(key.name):
                    facts({
                        "Id": key.id, "May": ", ".join(sorted(key.actions)),
                        "In": "all queues" if key.queues is None else ", ".join(sorted(key.queues)),
                        "Made": moment(key.created_at), "Ends": moment(key.expires_at),
                    })  # fmt: skip
                    with box("row"):
                        action(
                            visit, Action.ADMINISTER, "Revoke", partial(_revoke, visit, key.id),
                            icon="block", danger=True, ask=f"End the key {key.name}?",
                        )  # fmt: skip

    return refresh


async def make(visit: Visit) -> None:
    """Ask for whom and what, and show the key this once."""
    with ui.dialog() as dialog, ui.element("div").classes("dialog"):
        text("Make a key", tag="h2")
        name = ui.input("For whom or what").props("outlined dense maxlength=64")
        role = ui.select([each.value for each in Role], value=Role.VIEWER.value, label="Role")
        role.props("outlined dense")
        queues = ui.input("Queues, with commas; empty for all").props("outlined dense")
        with box("row"):
            ui.button("Back", on_click=lambda: dialog.submit(False)).props("flat no-caps")
            ui.button("Make it", on_click=lambda: dialog.submit(True)).props("no-caps unelevated")
    agreed = await dialog
    dialog.delete()
    made: list[str] = []

    async def deed() -> str:
        names = [each.strip() for each in (queues.value or "").split(",") if each.strip()]
        key, secret = await visit.service.keys.create(
            visit.caller, name.value or "", sorted(Role(role.value).actions),
            queues=names or None, lifetime=None,
        )  # fmt: skip
        made.append(secret)
        return f"{key.name} has a key"

    if agreed and await carry_out(visit, deed):
        with ui.dialog() as shown, ui.element("div").classes("dialog"):
            text("Copy it now: it is shown this once", tag="h2")
            code(made[0])
            ui.button("Done", on_click=lambda: shown.submit(True)).props("no-caps unelevated")
        await shown
        shown.delete()


async def _revoke(visit: Visit, key_id: str) -> str:
    await visit.service.keys.revoke(visit.caller, key_id)
    return "the key has ended"
