"""A package with a backend as people get it: a wheel in a fresh environment, used from end to end."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, SMALL, small_project
from tests.support.custom_templates import committed
from tests.support.installers import Workbench, build_wheels
from tests.support.plugins import BACKEND
from tests.support.releases import git
from tests.support.trees import build_tree, read_tree

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("backend_package")]

PROJECT = """\
    [build-system]
    requires = ["hatchling>=1.27"]
    build-backend = "hatchling.build"
    [project]
    name = "acme-charts"
    version = "1.2.0"
    dependencies = ["dazzle-infra"]
    [project.entry-points."dazzle_infra.backends"]
    charts = "acme_charts:Charts"
    [tool.hatch.build.targets.wheel]
    packages = ["acme_charts.py"]
    """


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return committed("helm", tmp_path_factory.mktemp("templates") / "charts")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Workbench:
    """Return an environment with the wheels of dazzle-infra and of a package with a backend of three lines."""
    folder = tmp_path_factory.mktemp("bench")
    wheels = build_wheels(folder / "own")
    code = BACKEND.format(template=template.as_uri())
    sources = build_tree(folder / "acme", {"pyproject.toml": PROJECT, "acme_charts.py": code})
    plain = Workbench(folder)
    plain.run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder / "out", sources)
    plain.run(sys.executable, "-m", "venv", folder / "venv")
    [own] = (folder / "out").glob("acme_charts-*.whl")
    plain.run(folder / "venv/bin/python", "-m", "pip", "install", "--quiet", wheels.infra, own)
    variables = {"PATH": f"{folder / 'venv/bin'}:/usr/bin:/bin", "DAZZLE_INFRA_CACHE_DIR": str(folder / "cache")}
    return Workbench(folder, variables)


def release(repository: Path, version: str, path: str) -> None:
    (repository / "template" / path).write_text("read this\n")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", version)
    git(repository, "tag", version)


def test_the_backend_of_a_package_is_used_from_end_to_end(bench: Workbench, template: Path, tmp_path: Path) -> None:
    project = small_project(tmp_path / "desk", f'{MANIFEST}backends = ["docker", "charts"]\n')

    def infra(*arguments: str | Path, status: int = 0) -> str:
        return bench.run("dazzle-infra", *arguments, cwd=project, status=status)

    listed = json.loads(infra("backends", "--json"))["backends"]
    assert ("charts", "acme-charts") in [(one["name"], one["package"]) for one in listed]
    infra("all")
    assert infra("check") == ""
    chart = project / "infra/charts/Chart.yaml"
    chart.write_text(f"{chart.read_text()}# ours\n")
    release(template, "v1.1.0", "NOTES.txt")
    (project / "appspec.json").write_text(json.dumps({**SMALL, "title": "Support Desk"}))
    infra("check", status=3)
    before = read_tree(project / "infra")
    infra("update")
    text = chart.read_text()
    assert ("# ours" in text, "Support Desk" in text) == (True, True)
    assert (project / "infra/charts/NOTES.txt").exists()
    infra("undo")
    assert read_tree(project / "infra") == before
    fork = tmp_path / "fork"
    infra("template", "eject", "charts", fork)
    release(fork, "v1.1.0+house.1", "HOUSE.txt")
    infra("template", "check", fork, "--of", "charts", "--no-tools")
    manifest = project / "dazzle.toml"
    manifest.write_text(f'{manifest.read_text()}\n[infra.charts]\ntemplate = "{fork}"\n')
    infra("update")
    assert (project / "infra/charts/HOUSE.txt").exists()
    assert "# ours" in chart.read_text()
    bench.run(bench.folder / "venv/bin/python", "-m", "pip", "uninstall", "--quiet", "--yes", "acme-charts")
    manifest.write_text(MANIFEST)
    assert "charts" not in infra("backends")
    infra("update")


def test_a_template_alone_is_used_from_end_to_end(bench: Workbench, template: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(template, own)
    project = small_project(tmp_path / "desk", f'{MANIFEST}\n[infra.custom.helm]\ntemplate = "{own}"\n')

    def infra(*arguments: str | Path, status: int = 0) -> str:
        return bench.run("dazzle-infra", *arguments, cwd=project, status=status)

    infra("helm")
    chart = project / "infra/helm/Chart.yaml"
    chart.write_text(f"{chart.read_text()}# ours\n")
    before = read_tree(project / "infra")
    release(own, "v1.2.0", "OWN.txt")
    infra("update")
    assert ((project / "infra/helm/OWN.txt").exists(), "# ours" in chart.read_text()) == (True, True)
    infra("undo")
    assert read_tree(project / "infra") == before
