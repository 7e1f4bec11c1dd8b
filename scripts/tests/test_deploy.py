"""What is in `deploy/`: parsed, judged by systemd where it is here, and held together by rules."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from backbeat.config import Settings
from scripts.tests.manifests import DEPLOY, UNITS, containers, documents, of_kind, services
from scripts.tests.shapes import flaws_of_compose, flaws_of_kubernetes

STOP_S = 35


def test_stopping_takes_longer_than_running_jobs_have() -> None:
    assert Settings(app=None).grace < STOP_S
    for unit in UNITS:
        assert f"TimeoutStopSec={STOP_S}\n" in unit.read_text()
    for name in ("web", "worker"):
        assert services()[name]["stop_grace_period"] == f"{STOP_S}s"
    for each in of_kind("Deployment"):
        assert each["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == STOP_S


def test_the_unit_of_a_worker_signals_its_supervisor_only_and_has_no_watchdog() -> None:
    text = (DEPLOY / "systemd/backbeat-worker@.service").read_text()
    for line in ("KillSignal=SIGTERM", "KillMode=mixed", "WatchdogSec=0", "Restart=on-failure"):
        assert f"{line}\n" in text


@pytest.mark.needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_accepts_the_units(unit: Path, tmp_path: Path) -> None:
    # It looks for the program; here that is anywhere.
    copy = tmp_path / unit.name.replace("@", "@1")
    text = unit.read_text().replace("/srv/backbeat/.venv/bin/backbeat", "/bin/sh")
    copy.write_text(text.replace("/srv/backbeat", str(tmp_path)))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if copy.name in line]
    assert ours == []


def test_every_file_that_is_never_started_here_says_so() -> None:
    for file in [*(DEPLOY / "kubernetes").glob("*.yaml"), DEPLOY / "compose/compose.yaml", *UNITS]:
        assert "never started there" in file.read_text(), file.name


@pytest.mark.parametrize("document", documents(), ids=lambda each: each["metadata"]["name"])
def test_a_kubernetes_object_is_one_by_the_schema_of_its_kind(document: dict[str, Any]) -> None:
    assert flaws_of_kubernetes(document) == []
    document["spec"]["replicsa"] = 2
    [flaw] = flaws_of_kubernetes(document)
    assert "replicsa" in flaw


def test_the_compose_file_is_one_by_the_specification() -> None:
    text = (DEPLOY / "compose/compose.yaml").read_text()
    # As Compose does it, with variables that are set.
    filled = re.sub(r"\$\{\w+:\?[^}]*\}", "set", text)
    assert flaws_of_compose(filled) == []
    assert "restrat" in flaws_of_compose(filled.replace("restart:", "restrat:", 1))[0]
    assert "unknown variant" in flaws_of_compose(filled.replace("service_healthy", "well", 1))[0]


def test_selectors_labels_and_targets_agree() -> None:
    names = {each["metadata"]["name"] for each in of_kind("Deployment")}
    for each in of_kind("Deployment"):
        labels = each["spec"]["template"]["metadata"]["labels"]
        assert each["spec"]["selector"]["matchLabels"] == labels == each["metadata"]["labels"]
    for each in of_kind("Service"):
        assert each["spec"]["selector"]["app"] in names
        assert each["spec"]["sessionAffinity"] == "ClientIP"
    [scaled] = of_kind("ScaledObject")
    assert scaled["spec"]["scaleTargetRef"]["name"] in names


def test_the_web_face_is_forgotten_before_it_stops_to_listen() -> None:
    container = containers()["backbeat-web"]
    assert container["lifecycle"]["preStop"]
    assert container["resources"]["limits"]["memory"]


def test_the_server_of_the_compose_file_is_one_that_doctor_likes() -> None:
    command = " ".join(services()["valkey"]["command"])
    for words in ("--appendonly yes", "--maxmemory-policy noeviction", "--maxmemory 512mb"):
        assert words in command
    web, worker = services()["web"], services()["worker"]
    assert web["environment"] == worker["environment"]
    assert all(port.startswith("127.0.0.1:") for port in web["ports"])


def test_nginx_keeps_a_client_of_socket_io_at_one_process() -> None:
    text = (DEPLOY / "nginx/backbeat.conf").read_text()
    assert "ip_hash;" in text
    assert text.count("{") == text.count("}")
    block = re.search(r"location /socket.io/ \{(.*?)\n    \}", text, re.DOTALL)
    assert block is not None
    for words in ("Upgrade $http_upgrade", "proxy_buffering off", "proxy_http_version 1.1"):
        assert words in block[1]
