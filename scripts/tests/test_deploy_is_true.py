"""What the files of `deploy/` say of the program is so: its commands, routes, metrics, settings."""

import re
import time
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from typer.exceptions import TyperException
from typer.main import get_command

from backbeat import Backbeat
from backbeat.cli.program import build
from backbeat.config import Settings
from backbeat.gateway.access import Loopback
from backbeat.gateway.application import make_gateway
from backbeat.gateway.mounting import PREFIX
from backbeat.telemetry.metrics import METRICS
from backbeat.worker.supervising.account import Account
from backbeat.worker.supervising.self_metrics import SelfMetrics
from scripts.tests.manifests import DEPLOY, commands, containers, of_kind, services

ROOT: Final = DEPLOY.parent
PROBES: Final = ("startupProbe", "livenessProbe", "readinessProbe")
# What a machine of ours is told by the command, the program by its settings.
NOT_SETTINGS: Final = {"BACKBEAT_IMAGE"}
EXACT: Final = re.compile(r"[\w./-]+:\d+\.\d+\.\d+")


def parsed(words: list[str]) -> tuple[str, dict[str, Any]]:
    """Name and options of a command line, as the program understands it."""
    program, name, *rest = words
    assert program == "backbeat"
    known: dict[str, Any] = getattr(get_command(build()), "commands")  # noqa: B009 - typed as one
    return name, known[name].make_context(name, rest).params


def routes(words: list[str]) -> dict[int, set[str]]:
    """What is served at which port by a command."""
    name, options = parsed(words)
    if name == "web":
        document = make_gateway(Backbeat(), access=Loopback()).openapi()
        return {options["port"]: {f"{PREFIX}{path}" for path in document["paths"]}}
    own = SelfMetrics(Account(), children=list, leases=list, looked_at=time.monotonic, wanted=1)
    return {options["metrics_port"]: set(own.routes())}


@pytest.mark.parametrize("where", commands())
def test_the_program_understands_every_command(where: str) -> None:
    name, _ = parsed(commands()[where])
    assert name in re.split(r"[^a-z]+", where.removesuffix(".service"))


def test_a_command_that_is_none_is_noticed() -> None:
    with pytest.raises(TyperException, match="No such option"):
        parsed(["backbeat", "worker", "--proceses", "2"])


@pytest.mark.parametrize("name", containers())
def test_probes_of_kubernetes_ask_what_is_there(name: str) -> None:
    container = containers()[name]
    [port] = container["ports"]
    served = routes(container["args"])[port["containerPort"]]
    for probe in PROBES:
        asked = container[probe]["httpGet"]
        assert asked["port"] == port["name"]
        assert asked["path"] in served


@pytest.mark.parametrize("name", ["web", "worker"])
def test_health_checks_of_compose_ask_what_is_there(name: str) -> None:
    service = services()[name]
    [asked] = re.findall(r"\"(http:[^\"]+)\"", service["healthcheck"]["test"][-1])
    address = urlsplit(asked)
    assert address.path in routes(service["command"])[address.port or 80]


def test_what_kubernetes_or_compose_reaches_listens_to_others() -> None:
    told = [container["args"] for container in containers().values()]
    told += [services()[name]["command"] for name in ("web", "worker")]
    for words in told:
        name, options = parsed(words)
        host = options["host" if name == "web" else "metrics_host"]
        assert ip_address(host).is_unspecified


def test_scrapers_are_sent_to_the_port_of_metrics() -> None:
    [worker] = [
        each for each in of_kind("Deployment") if each["metadata"]["name"].endswith("worker")
    ]
    said = worker["spec"]["template"]["metadata"]["annotations"]
    served = routes(containers()["backbeat-worker"]["args"])
    assert said["prometheus.io/path"] in served[int(said["prometheus.io/port"])]


def test_workers_are_scaled_by_a_metric_that_is_exposed() -> None:
    [scaled] = of_kind("ScaledObject")
    [trigger] = scaled["spec"]["triggers"]
    used = set(re.findall(r"backbeat_\w+", trigger["metadata"]["query"]))
    assert used
    assert used <= {each.name for each in METRICS}


def test_every_variable_is_a_setting() -> None:
    pages = [*(ROOT / "docs/how-to").glob("*.md"), *DEPLOY.rglob("*.*")]
    said = {
        name
        for page in pages
        for name in re.findall(r"\bBACKBEAT_[A-Z_]+\b", page.read_text(encoding="utf-8"))
    }
    known = {f"BACKBEAT_{name.upper()}" for name in Settings.model_fields}
    assert said - known == NOT_SETTINGS


def test_no_image_is_another_one_tomorrow() -> None:
    images = [each["image"] for each in (*services().values(), *containers().values())]
    assert [each for each in images if not EXACT.fullmatch(each)] == [
        each for each in images if each.startswith("${BACKBEAT_IMAGE:?")
    ]
    assert images
