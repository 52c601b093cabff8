"""A Helm chart from the vocabulary alone, with no backend of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from dazzle_infra.workload.vocabulary import Output, vocabulary
from tests.support.appspecs import document, entity
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.custom_templates import committed, rendered
from tests.support.workloads import BUSY, RUNTIMES, workload

TEMPORARY = "/tmp"  # noqa: S108 - in a container
COMMANDS = "worker_command = 'python -m work'\nscheduler_command = 'python -m tick {{x}}'\n"
LIVE = "[infra.entry_points.live]\ncommand = 'python -m live'\nport = 8010\nhealth_path = '/live/health'\n"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return committed("helm", tmp_path_factory.mktemp("template") / "helm")


def manifests(files: dict[str, str]) -> list[dict[str, Any]]:
    """Return the manifests as Helm would make them: the chart uses one expression, and an escaped pair of braces."""
    values = yaml.safe_load(files["values.yaml"])

    def value(found: re.Match[str]) -> str:
        node = values
        for key in re.findall(r'"([^"]+)"', found[1]):
            node = node[key]
        return json.dumps(node)

    text = re.sub(r'\{\{ index \.Values((?: "[^"]+")+) \| toJson \}\}', value, files["templates/services.yaml"])
    text = text.replace('{{ "{{" }}', "{{")
    return list(yaml.safe_load_all(text))


def pod(manifest: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = manifest["spec"]
    spec = spec["jobTemplate"]["spec"] if "jobTemplate" in spec else spec
    found: dict[str, Any] = spec["template"]
    return found


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_each_service_of_each_runtime_is_a_workload_with_its_command_and_labels(
    tmp_path: Path, template: Path, runtime: str
) -> None:
    told = vocabulary(workload(tmp_path, BUSY, COMMANDS + LIVE, RUNTIMES[runtime]), Output("infra/chart"))
    found = {(one["kind"], one["metadata"]["name"]): one for one in manifests(rendered(template, told))}
    kinds = {"release": "Job", "scheduled": "CronJob"}
    for service in told["services"]:
        name = f"desk-{service['name']}"
        manifest = found[kinds.get(service["kind"], "Deployment"), name]
        [container] = pod(manifest)["spec"]["containers"]
        assert container["command"] == service["command"]
        assert container["env"] == service["variables"]
        labels = {"app.kubernetes.io/name": "desk", "app.kubernetes.io/component": service["name"]}
        assert pod(manifest)["metadata"]["labels"] == manifest["metadata"]["labels"] == labels
        if service["port"]:
            assert manifest["spec"]["selector"]["matchLabels"] == found["Service", name]["spec"]["selector"] == labels
            [port] = found["Service", name]["spec"]["ports"]
            assert port["port"] == container["ports"][0]["containerPort"] == service["port"]
            assert container["readinessProbe"]["httpGet"]["path"] == service["health_path"]
        else:
            assert ("Service", name) not in found
            assert "ports" not in container
    assert {kind for kind, _ in found} >= {"Deployment", "Service", "ConfigMap"}
    assert sum(kind == "Service" for kind, _ in found) == 2


def test_the_chart_names_every_secret_and_sets_every_other_variable(tmp_path: Path, template: Path) -> None:
    told = vocabulary(workload(tmp_path), Output("infra/chart"))
    files = rendered(template, told)
    settings = yaml.safe_load(files["values.yaml"])["settings"]
    assert settings["PAGER_BASE_URL"] == "https://pager.example"
    assert set(settings) == {
        *(one["name"] for one in told["settings"]),
        *(one["variable"] for one in told["bindings"] if not one["secret"]),
    }
    assert {"DATABASE_URL", "PAGER_API_KEY", "JWT_SECRET"} <= set(re.findall(r"#   (\w+)", files["values.yaml"]))
    assert yaml.safe_load(files["Chart.yaml"])["appVersion"] == "1.2.0"


def test_a_health_check_sends_the_host_that_the_model_accepts(tmp_path: Path, template: Path) -> None:
    company = {**entity("Company"), "tenant_host": {"canonical_hosts": ["desk.example.com"]}}
    told = vocabulary(workload(tmp_path, document(entities=[company])), Output("infra/chart"))
    web = next(one for one in manifests(rendered(template, told)) if one["metadata"]["name"] == "desk-web")
    probe = pod(web)["spec"]["containers"][0]["readinessProbe"]["httpGet"]
    assert probe["httpHeaders"] == [{"name": "Host", "value": "desk.example.com"}]


def test_what_the_application_writes_is_kept_where_it_has_to_be(tmp_path: Path, template: Path) -> None:
    found = manifests(rendered(template, vocabulary(workload(tmp_path), Output("infra/chart"))))
    [claim] = [one["metadata"]["name"] for one in found if one["kind"] == "PersistentVolumeClaim"]
    web = next(one for one in found if one["kind"] == "Deployment")
    mounts = {one["mountPath"]: one["name"] for one in pod(web)["spec"]["containers"][0]["volumeMounts"]}
    volumes = {one["name"]: one for one in pod(web)["spec"]["volumes"]}
    assert volumes[mounts["/app/.dazzle"]]["persistentVolumeClaim"]["claimName"] == claim
    assert "emptyDir" in volumes[mounts[TEMPORARY]]


def test_the_answers_file_has_no_anchors(tmp_path: Path, template: Path) -> None:
    told = vocabulary(workload(tmp_path, BUSY, COMMANDS), Output("infra/chart"))
    text = rendered(template, told)[".copier-answers.yml"]
    assert yaml.safe_load(text)["services"] == told["services"]
    assert not re.search(r"[&*]id\d", text)


def manifest(template: Path) -> str:
    """Return a dazzle.toml that makes a backend of the template alone."""
    return f"{MANIFEST}scheduler_command = 'tick'\n\n[infra.custom.chart]\ntemplate = '{template}'\n"


def test_an_update_follows_the_model_and_keeps_edits(tmp_path: Path, template: Path) -> None:
    project = small_project(tmp_path, manifest(template), BUSY)
    values, services = project / "infra/chart/values.yaml", project / "infra/chart/templates/services.yaml"
    ran = run_here("chart", cwd=project)
    assert ran.status == 0, ran.err
    assert run_here("check", "chart", cwd=project).status == 0
    values.write_text(values.read_text().replace("web: 2", "web: 5"))
    jobs = [*BUSY["schedules"], {"name": "weekly_report", "cron": "@weekly"}]
    (project / "appspec.json").write_text(json.dumps({**BUSY, "schedules": jobs}))
    assert run_here("check", "chart", cwd=project).status == 3
    updated = run_here("update", "chart", cwd=project)
    assert updated.status == 0, updated.err
    assert "web: 5" in values.read_text()
    assert 'schedule: "0 0 * * 0"' in services.read_text()
    assert run_here("undo", cwd=project).status == 0
    assert "weekly-report" not in services.read_text()
    assert "web: 5" in values.read_text()


def test_a_schedule_that_is_no_cron_expression_writes_nothing(tmp_path: Path, template: Path) -> None:
    model = document(schedules=[{"name": "odd", "interval_seconds": 90}])
    project = small_project(tmp_path, manifest(template), model)
    ran = run_here("chart", cwd=project)
    assert (ran.status, ran.out) == (2, "")
    assert "schedule odd: no cron expression states an interval of 90 seconds" in ran.err
    assert not (project / "infra").exists()
