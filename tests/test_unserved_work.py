"""Background work that no generated file starts is a warning, with the key that changes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.backends import backend
from tests.support.cli import run_here, small_project
from tests.support.workloads import BUSY, RUNTIMES, application

WORKER = "the application requires a worker, but no command is known to run it; set `[infra] worker_command`"
SCHEDULER = "the application requires a scheduler, but nothing starts the schedules; set `[infra] scheduler_command`"


def remarks(folder: Path, name: str, manifest: str = "", files: dict[str, str] | None = None) -> list[str]:
    one = application(folder, BUSY, manifest, files or RUNTIMES["fastapi"])
    found = backend(name, one.manifest).warnings(one)
    return [remark for remark in found if remark.startswith("the application requires")]


@pytest.mark.parametrize("name", ["docker", "server", "terraform"])
@pytest.mark.parametrize("runtime", ["django", "express", "fastapi"])
def test_work_without_a_command_is_a_warning(tmp_path: Path, name: str, runtime: str) -> None:
    assert remarks(tmp_path, name, files=RUNTIMES[runtime]) == [WORKER, SCHEDULER]


@pytest.mark.parametrize("name", ["docker", "server", "terraform"])
def test_work_with_a_command_is_none(tmp_path: Path, name: str) -> None:
    assert remarks(tmp_path / "a", name, "worker_command = 'work'\nscheduler_command = 'tick'\n") == []
    assert remarks(tmp_path / "b", name, "worker_command = 'work'\n") == [SCHEDULER]


@pytest.mark.parametrize("name", ["docker", "server", "terraform"])
@pytest.mark.parametrize("runtime", ["dazzle", "react"])
def test_neither_dazzle_nor_a_static_site_is_warned_of(tmp_path: Path, name: str, runtime: str) -> None:
    files = RUNTIMES[runtime] or {"requirements.txt": "dazzle-dsl"}
    assert remarks(tmp_path, name, files=files) == []


def test_plan_and_update_warn_as_the_first_generation_does_where_something_changes(tmp_path: Path) -> None:
    project = small_project(tmp_path, '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n')
    said = "warning: production has no host and cannot be deployed: set host in [infra.server.env.production]"
    assert said in run_here("server", cwd=project).err
    assert said not in run_here("plan", "server", cwd=project).err
    with (project / "dazzle.toml").open("a") as file:
        file.write('[infra.server]\nenvironments = ["production", "staging"]\n')
    for command in ("plan", "update"):
        ran = run_here(command, "server", cwd=project)
        assert said in ran.err
        assert said.replace("production", "staging") in ran.err
    assert said not in run_here("update", "server", cwd=project).err
