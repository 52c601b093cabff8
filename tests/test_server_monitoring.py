"""The monitoring of one server: its files are valid, its metrics exist, and an alert arrives."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.server.records import Service, WritablePath
from tests.support.debian import program
from tests.support.monitoring import replaced
from tests.support.server_template import BARE, BUCKET, DATABASE, EVERYTHING, TYPICAL, copier_template, render, rendered

__all__ = ["copier_template"]

ENVIRONMENTS = [*(one.name for one in EVERYTHING.environments), "local"]


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a stack with the monitoring, to be read only."""
    return rendered("everything", tmp_path_factory.getbasetemp())


def of_environment(stack: Path, environment: str, name: str) -> Any:
    return yaml.safe_load((stack / f"monitoring/environments/{environment}/{name}.yml").read_text())


def test_a_stack_without_monitoring_has_none_of_its_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    stack = rendered("typical", tmp_path_factory.getbasetemp())
    assert not (stack / "monitoring").exists()
    assert not (stack / "compose.monitoring.yaml").exists()
    assert "profiles=''\n" in (stack / "environments/production.sh").read_text()
    assert "MONITORED" not in (stack / "environments/production.env").read_text()


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_facts_of_an_environment_say_that_it_is_monitored(stack: Path, environment: str) -> None:
    assert "profiles=monitoring\n" in (stack / f"environments/{environment}.sh").read_text()
    variables = (stack / f"environments/{environment}.env").read_text()
    assert f"MONITORED_ENVIRONMENT={environment}\n" in variables
    assert (stack / "monitoring/environments" / environment).is_dir()


def test_alerts_go_to_the_mail_address_and_the_webhook_of_their_environment(stack: Path) -> None:
    settings = {name: of_environment(stack, name, "alertmanager") for name in ENVIRONMENTS}
    (receiver,) = settings["production"]["receivers"]
    assert [one["to"] for one in receiver["email_configs"]] == ["ops@example.com"]
    assert [one["url"] for one in receiver["webhook_configs"]] == ["https://hooks.example.com/x"]
    for name in ("staging", "local"):
        assert settings[name]["receivers"] == [{"name": "people"}]


def test_the_password_of_the_mail_server_is_asked_for_where_mail_is_sent_and_read_from_a_file(stack: Path) -> None:
    settings = of_environment(stack, "production", "alertmanager")["global"]
    assert settings["smtp_auth_password_file"] == "/run/secrets/alert_smtp_password"
    assert "smtp_auth_password" not in settings
    for fact in ("given_secrets", "stack_secrets"):  # those of the stack are not passed to the application
        texts = {name: (stack / f"environments/{name}.sh").read_text() for name in ENVIRONMENTS}
        asked = {name for name, text in texts.items() if re.search(rf"(?m)^{fact}=.*\bALERT_SMTP_PASSWORD\b", text)}
        assert asked == {"production"}


def test_public_health_paths_are_asked_through_the_proxy_with_the_public_host(stack: Path) -> None:
    found = [(*one["targets"], *one["labels"].values()) for one in of_environment(stack, "production", "application")]
    assert found == [
        ("https://caddy/health", "web", "all.example.com", "health"),
        ("https://caddy/live/up", "live-updates", "all.example.com", "health"),
    ]


def test_a_service_whose_health_path_is_not_public_is_asked_at_its_path(copier: CopierFixture, tmp_path: Path) -> None:
    admin = Service(
        name="admin", kind="process", command=["admin"], port=9000, path="/admin", health_path="/internal/health"
    )
    hidden = Service(name="hidden", kind="process", command=["hidden"], port=9001, health_path="/health")
    answers = TYPICAL.model_copy(update={"monitoring": True, "services": [*TYPICAL.services, admin, hidden]})
    asked = of_environment(render(copier, tmp_path / "stack", answers), "production", "application")
    assert [(*one["targets"], one["labels"]["module"]) for one in asked] == [
        ("https://caddy/health", "health"),
        ("https://caddy/admin", "answers"),
    ]


def test_certificates_that_the_proxy_signs_itself_are_not_checked(stack: Path) -> None:
    assert of_environment(stack, "local", "certificate") == []
    (one,) = of_environment(stack, "staging", "certificate")
    assert one["labels"] == {"host": "staging.example.com", "module": "certificate"}


def test_the_host_that_is_asked_is_the_domain_of_the_variables_of_compose(stack: Path) -> None:
    for name in ENVIRONMENTS:
        domain = re.findall(r"(?m)^DOMAIN=(.*)$", (stack / f"environments/{name}.env").read_text())
        hosts = {one["labels"]["host"] for one in of_environment(stack, name, "certificate")}
        assert hosts <= set(domain)


def test_the_modules_of_the_probes_exist(stack: Path) -> None:
    modules = set(yaml.safe_load((stack / "monitoring/blackbox.yml").read_text())["modules"])
    for name in ENVIRONMENTS:
        for kind in ("application", "certificate"):
            assert {one["labels"]["module"] for one in of_environment(stack, name, kind)} <= modules


def test_an_application_without_data_has_no_alerts_about_backups(copier: CopierFixture, tmp_path: Path) -> None:
    made = render(copier, tmp_path / "stack", BARE.model_copy(update={"monitoring": True}))
    rules = "".join(path.read_text() for path in (made / "monitoring/rules").iterdir())
    assert "ApplicationDown" in rules
    assert "backup" not in rules.lower().replace("metrics of the backup or", "")
    assert "BackupMissing" not in (made / "monitoring/README.md").read_text() + (made / "RUNBOOK.md").read_text()


@pytest.mark.parametrize(
    "data",
    [
        {"stores": [DATABASE]},
        {"writable_paths": [WritablePath(path="/app/data", persistent=True)]},
        {"stores": [BUCKET], "object_storage": "own"},
    ],
    ids=["database", "files", "object store"],
)
def test_an_application_with_data_has_an_alert_about_a_backup_that_is_missing(
    copier: CopierFixture, tmp_path: Path, data: dict[str, Any]
) -> None:
    made = render(copier, tmp_path / "stack", BARE.model_copy(update={"monitoring": True, **data}))
    assert "BackupMissing" in (made / "monitoring/rules/backup.yml").read_text()
    assert "### BackupMissing" in (made / "monitoring/README.md").read_text()
    assert "[BackupMissing]" in (made / "RUNBOOK.md").read_text()


def succeed(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_prometheus_accepts_its_files_and_the_rules(stack: Path, environment: str, tmp_path: Path) -> None:
    folder = shutil.copytree(stack / "monitoring", tmp_path / "monitoring")
    replaced(folder / "prometheus.yml", {"/etc/monitoring": str(folder / "environments" / environment)})
    said = succeed(program("promtool"), "check", "config", "--lint=all", folder / "prometheus.yml")
    assert "WARNING" not in said
    assert f"{len(list((folder / 'rules').iterdir()))} rule files found" in said


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_alertmanager_accepts_its_file_and_sends_every_alert_to_people(stack: Path, environment: str) -> None:
    path = stack / f"monitoring/environments/{environment}/alertmanager.yml"
    succeed(program("amtool"), "check-config", path)
    for severity in ("critical", "warning"):
        route = succeed(program("amtool"), "config", "routes", "test", f"--config.file={path}", f"severity={severity}")
        assert route.split() == ["people"]


@pytest.mark.slow
def test_the_blackbox_exporter_accepts_its_file(stack: Path) -> None:
    succeed(program("prometheus-blackbox-exporter"), "--config.check", f"--config.file={stack}/monitoring/blackbox.yml")
