"""What is in `deploy/`, read."""

import re
from pathlib import Path
from typing import Any, Final

import yaml  # type: ignore[import-untyped] # untyped

from backbeat.cli.processes.procfile import read_procfile

DEPLOY: Final = Path(__file__).parents[2] / "deploy"
UNITS: Final = sorted((DEPLOY / "systemd").glob("*.service"))


def documents() -> list[dict[str, Any]]:
    """Every Kubernetes object."""
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return [each for file in files for each in yaml.safe_load_all(file.read_text())]


def of_kind(kind: str) -> list[dict[str, Any]]:
    """Those of a kind."""
    return [each for each in documents() if each["kind"] == kind]


def containers() -> dict[str, dict[str, Any]]:
    """The container of each Deployment, by the name of that."""
    found = {}
    for each in of_kind("Deployment"):
        [container] = each["spec"]["template"]["spec"]["containers"]
        found[str(each["metadata"]["name"])] = container
    return found


def compose() -> dict[str, Any]:
    """The compose file."""
    whole: dict[str, Any] = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text())
    return whole


def services() -> dict[str, dict[str, Any]]:
    """The services of the compose file."""
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def commands() -> dict[str, list[str]]:
    """Every command line of ours, by where it stands."""
    found = {
        f"Procfile {name.partition('.')[0]}": line.split()
        for name, line in read_procfile(DEPLOY / "Procfile", {}).items()
    }
    for unit in UNITS:
        [line] = re.findall(r"^ExecStart=\S+/(.*)$", unit.read_text(), re.MULTILINE)
        found[unit.name] = line.replace("%i", "1").split()
    found |= {f"compose {name}": services()[name]["command"] for name in ("web", "worker")}
    found |= {name: container["args"] for name, container in containers().items()}
    return found
