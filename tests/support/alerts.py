"""The alerts of the server template, and the series with which each of them fires or is silent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.support.server_template import TEMPLATE

__all__ = ["CASES", "Moment", "alerts", "labels_in_texts", "rule_files"]

Series = Mapping[str, str]
"""Values of promtool, one per minute, by series."""


class Moment(NamedTuple):
    """Series, and when the alert is looked at."""

    series: Series
    at: str = "1h30m"


class Case(NamedTuple):
    """When an alert fires, and when it is silent although something resembles its cause."""

    fires: Moment
    silent: Sequence[Moment]


Alert = dict[str, Any]


def rule_files() -> list[Path]:
    """Return the files of the template with rules; no answer has a say in their content."""
    return sorted(TEMPLATE.glob("template/*monitoring*/rules/*.yml*"))


@cache
def alerts() -> dict[str, Alert]:
    """Return the alerts by name."""
    groups = [group for path in rule_files() for group in yaml.safe_load(path.read_text())["groups"]]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def labels_in_texts(alert: Alert) -> set[str]:
    """Return the labels that the annotations of an alert contain."""
    return set(re.findall(r"\$labels\.(\w+)", " ".join(alert["annotations"].values())))


def disk(
    free: str, *, kind: str = "avail_bytes", of: str = "size_bytes", fs: str = "ext4", read_only: int = 0
) -> Series:
    labels = f'{{job="node", instance="n", device="/dev/vda1", fstype="{fs}", mountpoint="/"}}'
    return {
        f"node_filesystem_{kind}{labels}": free,
        f"node_filesystem_{of}{labels}": "100x600",
        f"node_filesystem_readonly{labels}": f"{read_only}x600",
    }


def files(free: str) -> Series:
    return disk(free, kind="files_free", of="files")


def node(**values: str) -> Series:
    return {f'node_{name}{{job="node", instance="n"}}': value for name, value in values.items()}


def processors(load: str) -> Series:
    return {
        **node(load15=load),
        **{f'node_cpu_seconds_total{{job="node", instance="n", cpu="{one}", mode="idle"}}': "0+60x200" for one in "01"},
    }


def probe(value: str, name: str = "success", job: str = "application") -> Series:
    return {f'probe_{name}{{job="{job}", instance="a.example", host="a.example", service="web"}}': value}


def expiry(seconds: int) -> Series:
    return {'probe_ssl_earliest_cert_expiry{job="certificate", instance="a.example"}': f"{seconds}x200"}


def statuses(certificate: str, application: str) -> Series:
    return {
        **probe(certificate, "http_status_code", "certificate"),
        **probe(application, "http_status_code"),
    }


def backup(**values: str) -> Series:
    return {f'backup_{name}{{job="node", instance="n"}}': value for name, value in values.items()}


def requests(good: str, bad: str, server: str = "public") -> Series:
    name = "caddy_http_request_duration_seconds_count"
    labels = f'job="caddy", instance="c", server="{server}", handler="subroute", method="GET"'
    return {f'{name}{{{labels}, code="200"}}': good, f'{name}{{{labels}, code="502"}}': bad}


def durations(fast: str, slow: str) -> Series:
    name, labels = "caddy_http_response_duration_seconds_bucket", 'job="caddy", instance="c", server="public"'
    return {
        f'{name}{{{labels}, le="0.5"}}': fast,
        f'{name}{{{labels}, le="2.5"}}': fast,
        f'{name}{{{labels}, le="5"}}': slow,
        f'{name}{{{labels}, le="+Inf"}}': slow,
    }


def connections(first: str, second: str) -> Series:
    labels = 'job="postgres", instance="p"'
    return {
        f'pg_stat_database_numbackends{{{labels}, datname="app"}}': first,
        f'pg_stat_database_numbackends{{{labels}, datname="postgres"}}': second,
        f"pg_settings_max_connections{{{labels}}}": "50x200",
    }


def up(value: str, job: str = "node") -> Series:
    return {f'up{{job="{job}", instance="i"}}': value}


def failures(values: str) -> Series:
    return {'alertmanager_notifications_failed_total{job="alertmanager", instance="a", integration="email"}': values}


def system(**values: str) -> Series:
    return {f'machine_{name}{{job="node", instance="n"}}': value for name, value in values.items()}


def unit(name: str, values: str) -> Series:
    return {f'machine_unit_active{{job="node", instance="n", unit="{name}"}}': values}


def written(name: str, values: str) -> Series:
    return {f'node_textfile_mtime_seconds{{job="node", instance="n", file="/host/state/{name}.prom"}}': values}


HOUR, DAY = 3600, 86400
CASES: Mapping[str, Case] = {
    "DiskAlmostFull": Case(
        Moment(disk("9x200")),
        [Moment(disk("11x200")), Moment(disk("50x85 9x10")), Moment(disk("0x200", read_only=1)),
         Moment(disk("0x200", fs="squashfs"))],
    ),
    "DiskFills": Case(
        Moment(disk("55-0.05x600"), "8h"),  # 3 per hour: 31 left after eight hours
        [Moment(disk("39x600"), "8h"), Moment(disk("39-0.005x600"), "8h"), Moment(disk("90-0.05x600"), "8h"),
         Moment(disk("39+0.05x600"), "8h")],
    ),
    "DiskOutOfFiles": Case(Moment(files("9x200")), [Moment(files("11x200")), Moment(disk("9x200"))]),
    "MemoryLow": Case(
        Moment(node(memory_MemAvailable_bytes="9x200", memory_MemTotal_bytes="100x200")),
        [Moment(node(memory_MemAvailable_bytes="11x200", memory_MemTotal_bytes="100x200")),
         Moment(node(memory_MemAvailable_bytes="50x80 9x10", memory_MemTotal_bytes="100x200"))],
    ),
    "ProcessKilled": Case(
        Moment(node(vmstat_oom_kill="3x85 4x10")), [Moment(node(vmstat_oom_kill="4x200"))],
    ),
    "LoadHigh": Case(Moment(processors("4.5x200")), [Moment(processors("3.5x200")), Moment(processors("1x70 4.5x25"))]),
    "ClockWrong": Case(
        Moment(node(timex_sync_status="0x200", timex_maxerror_seconds="16x200", timex_offset_seconds="0x200")),
        [Moment(node(timex_sync_status="1x200", timex_maxerror_seconds="0.1x200", timex_offset_seconds="-0.4x200")),
         Moment(node(timex_sync_status="0x200", timex_maxerror_seconds="1x200", timex_offset_seconds="0x200"))],
    ),
    "CertificateExpires": Case(
        Moment(expiry(13 * DAY), "2h"), [Moment(expiry(15 * DAY), "2h"), Moment({}, "2h")]
    ),
    "CertificateInvalid": Case(
        Moment(statuses("0x200", "200x200")),
        [Moment(statuses("404x200", "200x200")), Moment(statuses("0x200", "0x200"))],
    ),
    "BackupFailed": Case(Moment(backup(last_result="0x200")), [Moment(backup(last_result="1x200"))]),
    "BackupOld": Case(
        Moment(backup(last_success_timestamp_seconds="0x2000"), "27h"),
        [Moment(backup(last_success_timestamp_seconds=f"{2 * HOUR}x2000"), "27h")],
    ),
    "BackupMissing": Case(
        Moment({}, "27h"),
        [Moment({}, "25h"), Moment(backup(last_success_timestamp_seconds="0x2000"), "27h"),
         Moment(backup(last_success_timestamp_seconds="_x600 1x1400"), "27h")],
    ),
    "BackupSmall": Case(
        Moment(backup(last_size_bytes="100x30 49x200")), [Moment(backup(last_size_bytes="100x30 51x200"))]
    ),
    "BackupCheckFailed": Case(
        Moment(backup(check_last_result="0x200")), [Moment(backup(check_last_result="1x200", last_result="0x200"))]
    ),
    "BackupCheckOld": Case(
        Moment(backup(check_last_success_timestamp_seconds=f"{-8 * DAY}x200")),
        [Moment(backup(check_last_success_timestamp_seconds=f"{-7 * DAY}x200"))],
    ),
    "ApplicationDown": Case(Moment(probe("0x200")), [Moment(probe("1x200")), Moment(probe("1x89 0x5"))]),
    "ApplicationErrors": Case(
        Moment(requests("0+90x200", "0+10x200")),
        [Moment(requests("0+97x200", "0+3x200")), Moment(requests("0x200", "0x81 8x20")),
         Moment(requests("0+90x200", "0+10x200", server="srv1"))],
    ),
    "ApplicationSlow": Case(
        Moment(durations("0+90x200", "0+100x200")), [Moment(durations("0+96x200", "0+100x200")),
         Moment(durations("0x200", "0x200"))],
    ),
    "DatabaseDown": Case(
        Moment({'pg_up{job="postgres", instance="p"}': "0x200"}),
        [Moment({'pg_up{job="postgres", instance="p"}': "1x200"})],
    ),
    "DatabaseConnections": Case(Moment(connections("40x200", "1x200")), [Moment(connections("39x200", "1x200"))]),
    "TargetDown": Case(Moment(up("0x200")), [Moment(up("1x200")), Moment(up("1x87 0x5"))]),
    "ApplicationNotProbed": Case(Moment(probe("1x200", job="certificate")), [Moment(probe("0x200"))]),
    "AlertsNotDelivered": Case(Moment(failures("0x60 0+1x60")), [Moment(failures("7x200"))]),
    "ConfigurationRejected": Case(
        Moment({'alertmanager_config_last_reload_successful{job="alertmanager"}': "0x200"}),
        [Moment({'alertmanager_config_last_reload_successful{job="alertmanager"}': "1x200",
                 'prometheus_config_last_reload_successful{job="prometheus"}': "1x200"})],
    ),
    "MetricsUnreadable": Case(
        Moment(node(textfile_scrape_error="1x200")), [Moment(node(textfile_scrape_error="0x200"))]
    ),
    "RestartRequired": Case(
        Moment(system(restart_required="1x4500"), "73h"),
        [Moment(system(restart_required="0x4500"), "73h"),
         Moment(system(restart_required="1x2150 0x20 1x2400"), "73h")],
    ),
    "SecurityUpdatesPending": Case(
        Moment(system(security_updates_pending="3x3000"), "49h"),
        [Moment(system(security_updates_pending="0x3000", updates_pending="3x3000"), "49h")],
    ),
    "UpdatesPending": Case(
        Moment(system(updates_pending="3x20400"), "337h"),
        [Moment(system(updates_pending="0x20400"), "337h"),
         Moment(system(updates_pending="3x10000 0x100 3x10400"), "337h")],
    ),
    "ProtectionInactive": Case(
        Moment({**unit("ssh", "1x200"), **unit("fail2ban", "0x200")}),
        [Moment({**unit("ssh", "1x200"), **unit("fail2ban", "1x200")})],
    ),
    "UnitFailed": Case(Moment(system(units_failed="1x200")), [Moment(system(units_failed="0x200"))]),
    "MachineMetricsOld": Case(
        Moment(written("machine", "0x200")),
        [Moment(written("machine", "0+60x200")), Moment(written("backup", "0x200"))],
    ),
}  # fmt: skip
