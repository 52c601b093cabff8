"""docs/writing-a-hook.md: its code runs as it is printed, and its lists are complete."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.hooks import Hook, HookContext, HookResult, register_hook, unregister_hook
from dazzle_infra.hooks.registry import ENTRY_POINTS
from tests.support.cli import MANIFEST, run_here, small_project

TEXT = (Path(__file__).parents[1] / "docs/writing-a-hook.md").read_text(encoding="utf-8")
MANIFEST_TABLES, ENTRY_POINT_TABLE = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)
MODULE, EXECUTABLE = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
UNLISTED = {"place", "final_place", "pending", "artifacts", "make_workload"}
"""Fields behind the properties and methods that the page lists."""

NAMED = MANIFEST.replace('name = "desk"', 'name = "acme-desk"')


@pytest.fixture(autouse=True)
def _hooks() -> Iterator[None]:
    names: dict[str, Any] = {"__name__": "acme_hooks"}
    exec(compile(MODULE, "acme_hooks.py", "exec", dont_inherit=True), names)  # noqa: S102
    points = tomllib.loads(ENTRY_POINT_TABLE)["project"]["entry-points"][ENTRY_POINTS]
    for value in points.values():
        register_hook(names[value.partition(":")[2]], "acme-hooks 1.0")
    yield
    for name in points:
        unregister_hook(name)


def project_of(folder: Path, manifest: str) -> Path:
    project = small_project(folder, f"{manifest}\n{MANIFEST_TABLES}")
    (project / "tools").mkdir()
    tool = project / "tools/after-infra"
    tool.write_text(EXECUTABLE.replace("/usr/bin/env python3", sys.executable))
    tool.chmod(0o755)
    return project


def test_the_hooks_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    project = project_of(tmp_path / "p", NAMED)
    [command] = re.findall(r"```\ndazzle infra (hooks allow .*)\n```", TEXT)
    assert run_here(*command.split(), cwd=project).status == 0
    ran = run_here("docker", cwd=project)
    assert ran.status == 0, ran.err
    assert "announce acme-desk in #operations\n" in ran.out
    assert re.search(r"\./tools/after-infra +\d+ files in infra/docker\n", ran.out)
    assert "make rollout\n" in ran.out
    assert (project / "infra/docker/NEEDS.txt").read_text() == "database\n"


def test_the_rule_of_the_page_refuses_other_names(tmp_path: Path) -> None:
    ran = run_here("docker", cwd=project_of(tmp_path, MANIFEST))
    assert ran.status == 5
    assert "hook name_rule: the name of the application must start with acme-" in ran.err


def test_the_executable_of_the_page_is_valid_python() -> None:
    done = subprocess.run([sys.executable, "-c", EXECUTABLE], input=b"{}", capture_output=True, check=False)
    assert b"KeyError" in done.stderr


def test_the_page_lists_the_hooks_of_dazzle_infra(tmp_path: Path) -> None:
    project = small_project(tmp_path, f"{MANIFEST}backends = ['docker', 'terraform', 'server', 'ci']\n")
    listed = run_here("hooks", "--json", cwd=project).json["backends"]
    own = {one["name"] for backend in listed for one in backend["hooks"] if one["origin"] == "dazzle-infra"}
    assert column("hook | backends") == own


def column(heading: str) -> set[str]:
    """Return the names in the first column of the table with that heading."""
    rows = TEXT.partition(f"| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`(\w+)[`(]", row.split("|")[1])}


def test_the_tables_name_every_attribute() -> None:
    stated = {name for name in vars(Hook) if not name.startswith("_")} | {"name"}
    assert column("attribute | default") == stated - {"api", "name", "before", "contribute", "after", "phases"}
    assert column("field of the result") == {field.name for field in fields(HookResult)}
    context = {field.name for field in fields(HookContext)} | {"directory", "final_directory", "workload"}
    methods = {"artifact", "content", "file"}
    assert column("attribute | meaning") == context - UNLISTED | methods
