"""The monitoring at work, without containers: its metrics are there, and failures become messages to a person."""

from __future__ import annotations

import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.support.alert_receivers import Person, application
from tests.support.alerts import alerts
from tests.support.copiers import copier_of
from tests.support.monitoring import alertmanager, prometheus, proxy, query, replaced, serving, until
from tests.support.postgres import postgres
from tests.support.server_template import TEMPLATE, TYPICAL, environment, render
from tests.support.servers import free_port

pytestmark = pytest.mark.slow

PASSWORD = "not-in-a-file-of-the-stack"
BACKUP = """\
backup_last_success_timestamp_seconds 1
backup_last_size_bytes 2
backup_last_result 1
backup_check_last_success_timestamp_seconds 3
backup_check_last_result 1
"""
MACHINE = """\
machine_restart_required 0
machine_security_updates_pending 0
machine_updates_pending 0
machine_unit_active{unit="ssh"} 1
machine_units_failed 0
"""


class Site(NamedTuple):
    """What runs: the port of Caddy, that of Prometheus, who receives alerts, and what stops the application."""

    https: int
    prometheus: int
    person: Person
    application: ExitStack


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, person = tmp_path_factory.mktemp("site"), Person()
    with ExitStack() as running, ExitStack() as upstream:
        enter = running.enter_context
        one = environment(
            *("production", TYPICAL.services, TYPICAL.stores),
            monitoring=True,
            domain="localhost",
            alert_email="people@example.com",
            alert_webhook=f"http://127.0.0.1:{enter(person.webhook())}/",
        )
        answers = TYPICAL.model_copy(update={"monitoring": True, "environments": [one]})
        stack = render(copier_of(TEMPLATE), folder / "stack", answers)
        of_environment = stack / "monitoring/environments/production"
        (folder / "password").write_text(PASSWORD)
        replaced(
            of_environment / "alertmanager.yml",
            {
                r"smtp\.invalid:587": f"127.0.0.1:{enter(person.mail_server())}",
                r"/run/secrets/\w+": f"{folder}/password\n  smtp_require_tls: false",
                r"group_wait: \w+": "group_wait: 1s",
            },
        )
        https, metrics = enter(proxy(folder, stack, upstream.enter_context(application())))
        for name in ("application", "certificate"):
            replaced(of_environment / f"{name}.yml", {"https://caddy": f"https://127.0.0.1:{https}"})
        replaced(
            stack / "monitoring/prometheus.yml",
            {
                "alertmanager:9093": f"127.0.0.1:{enter(alertmanager(folder, of_environment / 'alertmanager.yml'))}",
                "caddy:9180": f"127.0.0.1:{metrics}",
                "/etc/monitoring": str(of_environment),
                "30s": "1s",
                **{name: f"127.0.0.1:{port}" for name, port in exporters(running, folder, stack)},
            },
        )
        for path in (stack / "monitoring/rules").iterdir():
            replaced(path, {r"\bfor: \w+": "for: 1s"})
        port = enter(prometheus(folder, stack / "monitoring/prometheus.yml", "production"))
        yield Site(https, port, person, upstream)


def exporters(running: ExitStack, folder: Path, stack: Path) -> Iterator[tuple[str, int]]:
    """Run the exporters as compose.monitoring.yaml says; yield their addresses there and their ports."""
    services = yaml.safe_load((stack / "compose.monitoring.yaml").read_text())["services"]
    database = running.enter_context(postgres("app", PASSWORD))
    variables = services["postgres-exporter"]["environment"]
    (folder / "backup.prom").write_text(BACKUP)
    (folder / "machine.prom").write_text(MACHINE)
    values = {
        "postgres:5432": f"127.0.0.1:{database}",
        "/run/secrets/postgres_password": f"{folder}/password",
        "/host/root": "/",
        "/host/state": str(folder),
        "/host/": "/",
        "/etc/blackbox": str(stack / "monitoring"),
    }

    def here(text: str) -> str:
        for old, new in values.items():
            text = text.replace(old, new)
        return text

    for name, port in (("blackbox-exporter", 9115), ("node-exporter", 9100), ("postgres-exporter", 9187)):
        arguments = [here(one) for one in services[name].get("command", ()) if "auto-reload" not in one]
        listens = free_port()
        environment = {key: here(value) for key, value in variables.items()} if name == "postgres-exporter" else {}
        arguments.append(f"--web.listen-address=127.0.0.1:{listens}")
        running.enter_context(serving(folder, f"prometheus-{name}", listens, *arguments, **environment))
        yield f"{name}:{port}", listens


def metrics_of(alert: dict[str, Any]) -> set[str]:
    """Return the metrics in the expression of an alert, each with its job if the expression has it."""
    prefixes = "alertmanager|backup|caddy|machine|node|pg|probe|prometheus"
    found = re.findall(rf'\b((?:{prefixes})_\w+|up)\b(?:\{{(job="\w+"))?', alert["expr"])
    return {f"{name}{{{job}}}" for name, job in found}


def test_the_metrics_of_every_alert_are_collected(site: Site) -> None:
    metrics = {metric for alert in alerts().values() for metric in metrics_of(alert)}
    # There is an expiry for a certificate that is trusted; without verification there is one for each.
    metrics = {metric.replace('expiry{job="certificate"', 'expiry{job="application"') for metric in metrics}
    assert len(metrics) > 25
    fail_for_a_while(site)
    missing = sorted(metrics)

    def all_there() -> bool:
        missing[:] = [one for one in missing if not query(site.prometheus, one)]
        return not missing

    until(all_there, missing)


def test_no_source_of_metrics_is_down(site: Site) -> None:
    jobs = {"alertmanager", "application", "caddy", "certificate", "node", "postgres", "prometheus"}
    until(lambda: {one["metric"]["job"] for one in query(site.prometheus, "up == 1")} == jobs, "all targets")
    assert query(site.prometheus, "up == 0") == []
    assert query(site.prometheus, 'probe_success{job="application", service="web", instance="localhost"} == 1')


def test_errors_and_an_untrusted_certificate_become_messages(site: Site) -> None:

    def told() -> bool:
        fail_for_a_while(site)
        return "ApplicationErrors" in site.person.alerts

    until(told, "the alert about errors")
    alert = site.person.alerts["ApplicationErrors"]
    assert alert["status"] == "firing"
    assert alert["labels"]["environment"] == "production"
    assert alert["labels"]["application"] == TYPICAL.app_name
    assert re.fullmatch(r"\d.*% of the requests .*", alert["annotations"]["description"])
    until(lambda: "CertificateInvalid" in site.person.alerts, "the alert about the certificate")
    until(lambda: "ApplicationErrors" in site.person.mail, "the mail")
    assert site.person.passwords == {PASSWORD}


def test_an_application_that_stops_becomes_a_message(site: Site) -> None:
    assert "ApplicationDown" not in site.person.alerts
    site.application.close()
    until(lambda: "ApplicationDown" in site.person.alerts, "the alert about the application")
    alert = site.person.alerts["ApplicationDown"]
    assert alert["annotations"]["description"].startswith("The service web of localhost does not answer")
    texts = [text for one in site.person.alerts.values() for text in one["annotations"].values()]
    assert not [text for text in texts if "<no value>" in text or "<error" in text]


def fail_for_a_while(site: Site) -> None:
    """Send requests that fail."""
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    for _ in range(10):
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"https://localhost:{site.https}/broken", timeout=10, context=trusting)
