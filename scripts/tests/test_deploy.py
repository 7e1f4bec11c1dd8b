"""What is in `deploy/`: parsed, held together by rules, and run where its program is on PATH."""

import http.client
import http.server
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # untyped
from typing_extensions import override

from backbeat.cli.processes.procfile import read_procfile
from backbeat.cli.program import COMMANDS
from backbeat.config import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
STOP_S = 35
# `backbeat web` comes with the gateway.
KNOWN = {name for panel in COMMANDS.values() for name in panel} | {"web"}


def documents() -> list[dict[str, Any]]:
    """Every Kubernetes object."""
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return [each for file in files for each in yaml.safe_load_all(file.read_text())]


def of_kind(kind: str) -> list[dict[str, Any]]:
    """Those of a kind."""
    return [each for each in documents() if each["kind"] == kind]


def services() -> dict[str, dict[str, Any]]:
    """The services of the compose file."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(
        (DEPLOY / "compose/compose.yaml").read_text()
    )["services"]
    return found


def test_stopping_takes_longer_than_running_jobs_have() -> None:
    assert Settings(app=None).grace < STOP_S
    for unit in UNITS:
        assert f"TimeoutStopSec={STOP_S}\n" in unit.read_text()
    for name in ("web", "worker"):
        assert services()[name]["stop_grace_period"] == f"{STOP_S}s"
    for each in of_kind("Deployment"):
        assert each["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == STOP_S


def test_every_command_is_one_of_ours() -> None:
    commands = [*read_procfile(DEPLOY / "Procfile", {}).values()]
    commands += [
        re.findall(r"^ExecStart=\S+/(.*)$", unit.read_text(), re.MULTILINE)[0] for unit in UNITS
    ]
    commands += [" ".join(services()[name]["command"]) for name in ("web", "worker")]
    for each in of_kind("Deployment"):
        [container] = each["spec"]["template"]["spec"]["containers"]
        commands.append(" ".join(container["args"]))
    assert len(commands) == 8
    for command in commands:
        program, word, *_ = command.split()
        assert program == "backbeat"
        assert word in KNOWN


def test_the_unit_of_a_worker_signals_its_supervisor_only_and_has_no_watchdog() -> None:
    text = (DEPLOY / "systemd/backbeat-worker@.service").read_text()
    for line in ("KillSignal=SIGTERM", "KillMode=mixed", "WatchdogSec=0", "Restart=on-failure"):
        assert f"{line}\n" in text


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze, which is not on PATH"
)
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
    [trigger] = scaled["spec"]["triggers"]
    assert "backbeat_backlog_age_seconds" in trigger["metadata"]["query"]


def test_the_web_face_is_probed_where_it_listens() -> None:
    web = next(each for each in of_kind("Deployment") if each["metadata"]["name"].endswith("web"))
    [container] = web["spec"]["template"]["spec"]["containers"]
    [port] = container["ports"]
    assert str(port["containerPort"]) in container["args"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["port"] == port["name"]
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


class Backend(http.server.BaseHTTPRequestHandler):
    """Answers with its own port."""

    def do_GET(self) -> None:
        body = str(self.connection.getsockname()[1]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def backends() -> Iterator[list[int]]:
    """Two web processes."""
    servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield [server.server_address[1] for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx, which is not on PATH")
def test_nginx_passes_a_client_to_the_same_process_each_time(
    backends: list[int], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = (DEPLOY / "nginx/backbeat.conf").read_text()
    for old, new in zip(("127.0.0.1:8000", "127.0.0.1:8001"), backends, strict=True):
        text = text.replace(old, f"127.0.0.1:{new}")
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}")
    conf = tmp_path / "nginx.conf"
    conf.write_text(
        f"daemon off; pid {tmp_path}/pid; error_log stderr;\nevents {{}}\nhttp {{ access_log off;\n"
        f"{text}\n}}\n"
    )
    nginx = subprocess.Popen(["nginx", "-c", conf, "-p", tmp_path])
    try:
        while nginx.poll() is None and not (tmp_path / "pid").exists():
            pass
        answers = set()
        for path in ("/socket.io/?a", "/socket.io/?b", "/backbeat"):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("GET", path)
            answers.add(asked.getresponse().read())
            asked.close()
        assert len(answers) == 1
    finally:
        nginx.terminate()
        nginx.wait(10)
