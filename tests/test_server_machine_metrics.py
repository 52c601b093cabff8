"""The metrics of the system that the role machine_metrics writes, with stand-ins for the programs of the machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.alerts import alerts
from tests.support.server_template import rendered

PENDING = """\
Reading package lists...
Inst base-files [12.4] (12.4+deb12u11 Debian:12.11/stable [amd64])
Inst openssl [3.0.16-1] (3.0.17-1 Debian-Security:12/stable-security [amd64])
Conf base-files (12.4+deb12u11 Debian:12.11/stable [amd64])
"""
SYSTEMCTL = """\
case $1 in
    is-active)
        shift 2
        for unit in "$@"; do case " $ACTIVE " in *" $unit "*) exit 0 ;; esac; done
        exit 3 ;;
    list-units) printf '%s' "$FAILED" ;;
esac
"""


def written(tmp_path: Path, script: Path, *, active: str, failed: str, pending: str) -> dict[str, int]:
    """Run the script, and return the metrics that it writes."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tmp_path / "pending").write_text(pending)
    for name, text in {"systemctl": SYSTEMCTL, "apt-get": f"cat {tmp_path}/pending\n"}.items():
        (tools / name).write_text(f"#!/bin/sh\n{text}")
        (tools / name).chmod(0o755)
    variables = {"PATH": f"{tools}:/usr/bin:/bin", "ACTIVE": active, "FAILED": failed}
    subprocess.run(["sh", script, tmp_path / "machine.prom"], env=variables, check=True, timeout=20)
    assert (tmp_path / "machine.prom").stat().st_mode & 0o777 == 0o644
    lines = re.findall(r"(?m)^(machine_.*) (\d+)$", (tmp_path / "machine.prom").read_text())
    return {name: int(value) for name, value in lines}


@pytest.fixture
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the script of the role."""
    folder = rendered("everything", tmp_path_factory.getbasetemp())
    return folder / "ansible/roles/machine_metrics/files/machine-metrics"


def test_updates_units_and_failures_are_counted(script: Path, tmp_path: Path) -> None:
    # Ubuntu 24.04 starts ssh.service with the first connection to ssh.socket.
    active = "ssh.socket server-firewall.service"
    failed = "nightly.service loaded failed failed Nightly\nother.service loaded failed failed Other\n"
    found = written(tmp_path, script, active=active, failed=failed, pending=PENDING)
    assert found.pop("machine_restart_required") in {0, 1}
    assert found == {
        "machine_updates_pending": 2,
        "machine_security_updates_pending": 1,
        'machine_unit_active{unit="fail2ban"}': 0,
        'machine_unit_active{unit="server-firewall"}': 1,
        'machine_unit_active{unit="ssh"}': 1,
        "machine_units_failed": 2,
    }


def test_each_metric_has_an_alert_and_each_alert_a_metric(script: Path, tmp_path: Path) -> None:
    found = written(tmp_path, script, active="ssh.service", failed="", pending="")
    assert found["machine_units_failed"] == found["machine_updates_pending"] == 0
    expressions = " ".join(alert["expr"] for alert in alerts().values())
    assert {name.partition("{")[0] for name in found} == set(re.findall(r"machine_\w+", expressions))
