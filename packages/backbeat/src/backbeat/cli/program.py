"""The program: every command under its name."""

from typing import Final

import typer

from backbeat.cli.command import Body, as_command
from backbeat.cli.commands.alerts import list_alerts, silence, try_channels
from backbeat.cli.commands.alerts import run as run_alerts
from backbeat.cli.commands.bench import bench
from backbeat.cli.commands.breakers import breakers
from backbeat.cli.commands.cancel import cancel
from backbeat.cli.commands.clean import clean
from backbeat.cli.commands.contract import contract
from backbeat.cli.commands.dead import dead
from backbeat.cli.commands.doctor import doctor
from backbeat.cli.commands.drain import drain
from backbeat.cli.commands.enqueue import enqueue
from backbeat.cli.commands.events import events
from backbeat.cli.commands.flow import flow
from backbeat.cli.commands.flows import flows
from backbeat.cli.commands.group import group
from backbeat.cli.commands.groups import groups
from backbeat.cli.commands.job import job
from backbeat.cli.commands.jobs import jobs
from backbeat.cli.commands.keys import create as create_key
from backbeat.cli.commands.keys import list_keys
from backbeat.cli.commands.keys import revoke as revoke_key
from backbeat.cli.commands.load import load
from backbeat.cli.commands.lock import lock
from backbeat.cli.commands.locks import locks
from backbeat.cli.commands.logs import logs
from backbeat.cli.commands.metrics import metrics
from backbeat.cli.commands.obliterate import obliterate
from backbeat.cli.commands.pause import pause
from backbeat.cli.commands.promote import promote
from backbeat.cli.commands.queues import queues
from backbeat.cli.commands.remove import remove
from backbeat.cli.commands.reprioritise import reprioritise
from backbeat.cli.commands.resume import resume
from backbeat.cli.commands.retry import retry
from backbeat.cli.commands.scale import scale
from backbeat.cli.commands.schedules import list_schedules, show, upsert
from backbeat.cli.commands.schedules import pause as pause_schedule
from backbeat.cli.commands.schedules import remove as remove_schedule
from backbeat.cli.commands.schedules import resume as resume_schedule
from backbeat.cli.commands.schedules import run as run_schedule
from backbeat.cli.commands.top import top
from backbeat.cli.commands.unlock import unlock
from backbeat.cli.commands.up import up
from backbeat.cli.commands.verify import verify
from backbeat.cli.commands.web import web
from backbeat.cli.commands.worker import worker
from backbeat.cli.commands.workers import workers

# In the order of the help: run, put in, look, act, set up.
COMMANDS: Final[dict[str, dict[str, Body]]] = {
    "Run": {"worker": worker, "web": web, "up": up, "logs": logs, "enqueue": enqueue},
    "Look": {
        "top": top,
        "queues": queues,
        "jobs": jobs,
        "job": job,
        "dead": dead,
        "flows": flows,
        "flow": flow,
        "groups": groups,
        "events": events,
        "workers": workers,
        "locks": locks,
        "lock": lock,
        "load": load,
        "breakers": breakers,
        "metrics": metrics,
    },
    "Jobs": {
        "retry": retry,
        "cancel": cancel,
        "remove": remove,
        "promote": promote,
        "reprioritise": reprioritise,
    },
    "Queues": {
        "pause": pause,
        "resume": resume,
        "group": group,
        "scale": scale,
        "clean": clean,
        "drain": drain,
        "obliterate": obliterate,
    },
    "Locks": {"unlock": unlock},
    "Tools": {"doctor": doctor, "verify": verify, "contract": contract, "bench": bench},
}

# Commands that have a word before their own; the first is what the group is for.
GROUPS: Final[dict[str, tuple[str, dict[str, Body]]]] = {
    "schedules": (
        "Look at schedules, steer them, make them.",
        {
            "list": list_schedules,
            "show": show,
            "pause": pause_schedule,
            "resume": resume_schedule,
            "run": run_schedule,
            "remove": remove_schedule,
            "upsert": upsert,
        },
    ),
    "alerts": (
        "Look at alerts, tell people of them, or tell nobody for a while.",
        {"list": list_alerts, "run": run_alerts, "silence": silence, "test": try_channels},
    ),
    "keys": (
        "Make API keys for the gateway, list them, end them.",
        {"create": create_key, "list": list_keys, "revoke": revoke_key},
    ),
}


def build() -> typer.Typer:
    """The program with all of its commands, and with shell completion."""
    program = typer.Typer(
        name="backbeat",
        help="Background jobs: run workers, look at queues, act on jobs.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for panel, commands in COMMANDS.items():
        for name, body in commands.items():
            program.command(name, rich_help_panel=panel)(as_command(body))
    for name, (purpose, bodies) in GROUPS.items():
        group = typer.Typer(help=purpose, no_args_is_help=True, pretty_exceptions_enable=False)
        for word, body in bodies.items():
            group.command(word)(as_command(body))
        program.add_typer(group, name=name, rich_help_panel=name.capitalize())
    program.callback()(_program)
    return program


def _program() -> None:
    """Background jobs: run workers, look at queues, act on jobs."""
