"""The package of docs/writing-a-hook.md as people get it: a wheel in a fresh environment, used from end to end."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, SMALL, small_project
from tests.support.installers import Workbench, build_wheels
from tests.support.trees import build_tree, read_tree

pytestmark = pytest.mark.slow

TEXT = (Path(__file__).parents[1] / "docs/writing-a-hook.md").read_text(encoding="utf-8")
[ENTRY_POINTS] = re.findall(r"```toml\n(\[project\.entry-points.*?)```", TEXT, flags=re.DOTALL)
CODE = next(block for block in re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL) if "class Announce" in block)
PROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"
[project]
name = "acme-hooks"
version = "1.2.0"
dependencies = ["dazzle-infra"]
[tool.hatch.build.targets.wheel]
packages = ["acme_hooks.py"]
"""
HOOKS = '[infra.hooks]\npre_build = ["name_rule"]\npost_build = ["announce"]\n'


def test_the_hooks_of_a_package_are_used_from_end_to_end(tmp_path: Path) -> None:
    wheels = build_wheels(tmp_path / "own")
    sources = build_tree(tmp_path / "acme", {"pyproject.toml": PROJECT + ENTRY_POINTS, "acme_hooks.py": CODE})
    plain = Workbench(tmp_path)
    python = tmp_path / "venv/bin/python"
    plain.run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path / "out", sources)
    plain.run(sys.executable, "-m", "venv", tmp_path / "venv")
    [own] = (tmp_path / "out").glob("acme_hooks-*.whl")
    plain.run(python, "-m", "pip", "install", "--quiet", wheels.infra, own)
    variables = {"PATH": f"{python.parent}:/usr/bin:/bin", "DAZZLE_INFRA_CACHE_DIR": str(tmp_path / "cache")}
    bench = Workbench(tmp_path, variables)
    project = small_project(tmp_path / "desk", MANIFEST + HOOKS)

    def infra(*arguments: str, status: int = 0) -> str:
        return bench.run("dazzle-infra", *arguments, cwd=project, status=status)

    assert "hook name_rule: the name of the application must start with acme-" in infra("docker", status=5)
    assert not (project / "infra").exists()
    named = MANIFEST.replace('name = "desk"', 'name = "acme-desk"') + HOOKS
    build_tree(project, {"dazzle.toml": named})
    assert "announce acme-desk in #infra" in infra("docker")
    listed = json.loads(infra("hooks", "--json"))["backends"][0]["hooks"]
    assert [one["origin"] for one in listed if one["name"] == "announce"] == ["acme-hooks 1.2.0"]
    before = read_tree(project / "infra")
    (project / "appspec.json").write_text(json.dumps({**SMALL, "title": "Support Desk"}))
    assert "announce acme-desk in #infra" in infra("update")
    infra("undo")
    assert read_tree(project / "infra") == before
    bench.run(python, "-m", "pip", "uninstall", "--quiet", "--yes", "acme-hooks")
    assert 'unknown hook "name_rule"' in infra("update", status=2)
