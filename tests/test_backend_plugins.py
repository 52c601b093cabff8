"""A backend of another package works in every command."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import typer
import yaml

from dazzle_infra.backends import Backend, BackendSettings, backend, backends, register_backend
from dazzle_infra.backends.names import COMMANDS
from dazzle_infra.cli.app import app
from dazzle_infra.errors import UsageError
from dazzle_infra.plugins.calls import PluginError
from tests.support.cli import MANIFEST, SMALL, run_here, small_project
from tests.support.custom_templates import committed
from tests.support.plugins import BACKEND, install
from tests.support.releases import git
from tests.support.trees import read_tree

WITH_ENTITY = {**SMALL, "title": "Support Desk"}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return committed("helm", tmp_path / "charts-template")


@pytest.fixture
def project(tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, and a package with a backend of three lines."""
    install(monkeypatch, tmp_path / "packages", BACKEND.format(template=str(template)))
    return small_project(tmp_path / "desk")


def test_a_backend_of_three_lines_generates_and_updates_files(project: Path, template: Path) -> None:
    made = run_here("charts", cwd=project)
    assert made.status == 0, made.err
    chart = project / "infra/charts/Chart.yaml"
    assert "name: desk" in chart.read_text()
    assert run_here("check", "charts", cwd=project).status == 0
    chart.write_text(chart.read_text() + "# ours\n")
    (project / "appspec.json").write_text(json.dumps(WITH_ENTITY))
    (template / "template/NOTES.txt").write_text("read this\n")
    git(template, "add", "--all")
    git(template, "commit", "--quiet", "--message", "second release")
    git(template, "tag", "v1.1.0")
    assert run_here("check", cwd=project).status == 3
    assert "NOTES.txt" in run_here("plan", "--diff", cwd=project).out
    before = read_tree(project / "infra")
    updated = run_here("update", cwd=project)
    assert updated.status == 0, updated.err
    assert "# ours" in chart.read_text()
    assert "Support Desk" in chart.read_text()
    assert (project / "infra/charts/NOTES.txt").read_text() == "read this\n"
    assert run_here("undo", cwd=project).status == 0
    assert read_tree(project / "infra") == before


def test_all_commands_know_it(project: Path, template: Path) -> None:
    (project / "dazzle.toml").write_text(
        f'{MANIFEST}backends = ["docker", "charts"]\n\n[infra.charts]\nref = "v1.0.0"\n'
    )
    made = run_here("all", "--json", cwd=project).json["backends"]
    assert [one["name"] for one in made] == ["docker", "charts"]
    assert "charts" in run_here("status", cwd=project).out
    assert "charts: not provided; not declared by the backend" in run_here("explain", "database", cwd=project).out
    assert "backend charts" in run_here("doctor", cwd=project).out
    assert "charts.output" in run_here("config", cwd=project).out
    assert "infra/charts" in run_here("config", "--json", cwd=project).out
    assert "charts" in run_here("template", "list", cwd=project).out
    ran = run_here("template", "show", "charts", "--json", cwd=project)
    shown = ran.json
    assert (shown["version"], shown["source"]) == ("v1.0.0", f"git+{template.as_uri()}")
    assert "charts" in json.loads(run_here("schema", cwd=project).out)["properties"]["infra"]["properties"]
    assert "charts     Generate the files of acme-charts 1.2.0." in run_here("--help", cwd=project).out
    variable = {"DAZZLE_INFRA_CHARTS_REF": "v9"}
    assert run_here("charts", "--dry-run", cwd=project, environment=variable).status != 0


def test_its_template_is_forked_and_checked(project: Path, tmp_path: Path) -> None:
    fork = tmp_path / "fork"
    assert run_here("template", "eject", "charts", str(fork), cwd=project).status == 0
    checked = run_here("template", "check", str(fork), "--of", "charts", "--no-tools", "--json", cwd=project)
    assert [one for one in checked.json["results"] if one["status"] == "failed"] == []
    git(fork, "commit", "--quiet", "--allow-empty", "--message", "house style")
    git(fork, "tag", "v1.0.0+acme.1")
    (project / "dazzle.toml").write_text(f'{MANIFEST}\n[infra.charts]\ntemplate = "{fork}"\n')
    [made] = run_here("charts", "--json", cwd=project).json["backends"]
    assert made["template"] == {"source": f"git+{fork.as_uri()}", "to": "v1.0.0+acme.1"}


def test_the_list_of_backends_names_their_packages(project: Path, template: Path) -> None:
    listed = run_here("backends", "--json", cwd=project).json
    assert [one["name"] for one in listed["backends"]] == ["docker", "terraform", "server", "ci", "charts"]
    assert listed["backends"][-1] == {
        "name": "charts",
        "summary": "a Helm chart",
        "template": str(template),
        "output_formats": [],
        "supports_incremental": True,
        "requires_config": False,
        "package": "acme-charts",
        "version": "1.2.0",
    }
    assert listed["unusable"] == []
    assert "a Helm chart" in run_here("backends", cwd=project).out


def test_its_table_is_validated_with_the_line(project: Path) -> None:
    (project / "dazzle.toml").write_text(f"{MANIFEST}\n[infra.charts]\noutputs = 'x'\n")
    refused = run_here("charts", "--json", cwd=project)
    assert (refused.status, refused.json["where"]["line"]) == (2, 8)
    assert 'unknown key "outputs" in [infra.charts]; did you mean "output"?' in refused.json["message"]
    (project / "dazzle.toml").write_text(f"{MANIFEST}\n[infra.charts]\noutput = 'infra/docker/x'\n")
    assert "must not overlap" in run_here("charts", cwd=project).err


def test_no_backend_can_have_the_name_of_a_command() -> None:
    command = typer.main.get_command(app)
    commands = set(command.list_commands(typer.Context(command)))  # type: ignore[attr-defined]
    assert commands - {one.name for one in backends()} <= COMMANDS


class ChartSettings(BackendSettings):
    """Settings of the charts.

    Attributes:
        namespace: Namespace of the releases.
    """

    namespace: str = "apps"


def test_a_backend_is_registered_for_a_test_and_taken_back(template: Path, tmp_path: Path) -> None:
    class Charts(Backend):
        name, summary = "charts", "a Helm chart"
        template = "docker"
        Settings = ChartSettings

    project = small_project(tmp_path / "p", f"{MANIFEST}\n[infra.charts]\nnamespace = 'desk'\n")
    with register_backend(Charts):
        assert backend("charts").summary == "a Helm chart"
        assert re.search("charts.namespace +desk", run_here("config", cwd=project).out)
        with pytest.raises(PluginError, match="another backend 'charts'"), register_backend(Charts()):
            pass
    with pytest.raises(UsageError, match="unknown backend 'charts'"):
        backend("charts")
    assert run_here("config", cwd=project).status == 2


USES = """\
    uses = ("image", "targets")

    def answers(self, application, made=None):
        image = application.image
        return {"app_title": f"{image.dockerfile} in {image.context}" if image else "no image"}

    def target(self, application):
        from dazzle_infra.backends import DeployTarget

        return DeployTarget("infra/charts", application.manifest.environments, {"deploy": "ops/deploy"}, ("helm",))
"""
SEES = """\
    name = "sees"
    uses = ("targets",)

    def answers(self, application, made=None):
        return {"app_title": " ".join(one.scripts["deploy"] for one in application.targets)}
"""


def test_a_backend_is_told_of_the_image_and_the_targets_of_others(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = BACKEND.format(template=str(template))
    install(monkeypatch, tmp_path / "one", f"{code}{USES}")
    install(monkeypatch, tmp_path / "two", f"{code}{SEES}", "sees = acme_sees:Charts", package="acme-sees")
    project = small_project(tmp_path / "desk")

    def title(name: str, backends: str) -> str:
        (project / "dazzle.toml").write_text(f"{MANIFEST}backends = {backends}\n")
        shutil.rmtree(project / "infra", ignore_errors=True)
        shutil.rmtree(project / ".dazzle-infra", ignore_errors=True)
        assert run_here(name, cwd=project).status == 0
        chart: str = yaml.safe_load((project / f"infra/{name}/Chart.yaml").read_text())["description"]
        return chart

    assert "infra/docker/Dockerfile in ." in title("charts", '["docker", "charts"]')
    assert "no image" in title("charts", '["charts"]')
    assert "ops/deploy" in title("sees", '["charts", "sees"]')
    assert "ops/deploy" not in title("sees", '["sees"]')
