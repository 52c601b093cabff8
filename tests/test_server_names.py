"""Names of services that the server backend cannot use: the package refuses them with their place, as the template."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.server.names import COLORS, PARTS
from dazzle_infra.backends.server.records import Service
from tests.support.cli import run_here, small_project
from tests.support.server_template import BARE, copier_template, render
from tests.support.workloads import BUSY

__all__ = ["copier_template"]

LINES = '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n'
ENTRY = "[infra.entry_points.{name}]\ncommand = 'run'\nport = 8010\n"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "live-blue",
            "[infra.entry_points.live-blue] cannot be a service of the backend server: a name must not end with -blue",
        ),
        ("live-green", "a name must not end with -green"),
        ("caddy", "a part of the server's stack has this name"),
        ("check-backup", "a part of the server's stack has this name"),
    ],
)
def test_an_entry_point_with_such_a_name_is_refused_with_its_place(tmp_path: Path, name: str, says: str) -> None:
    project = small_project(tmp_path / "desk", LINES + ENTRY.format(name=name))
    ran = run_here("server", cwd=project)
    assert ran.status == 2
    assert says in ran.err
    assert f"error: [infra.entry_points.{name}] " in ran.err
    assert "dazzle.toml:6\n" in ran.err
    assert not (project / "infra").exists()


def test_a_schedule_with_such_a_name_is_named(tmp_path: Path) -> None:
    model = {**BUSY, "schedules": [{"name": "copy_blue", "cron": "0 3 * * *", "timezone": "UTC"}]}
    project = small_project(tmp_path / "desk", LINES + "scheduler_command = 'tick'\n", model)
    ran = run_here("server", cwd=project)
    assert ran.status != 0
    assert "schedule copy_blue: its service is called copy-blue; a name must not end with -blue" in ran.err
    assert "rename the schedule in the model" in ran.err


def test_other_backends_accept_the_names(tmp_path: Path) -> None:
    project = small_project(tmp_path / "desk", LINES + ENTRY.format(name="live-blue"))
    assert run_here("docker", cwd=project).status == 0


def test_the_template_refuses_the_same_names_and_no_others(copier: CopierFixture, tmp_path: Path) -> None:
    def named(name: str) -> Service:
        return Service(name=name, kind="worker", command=["run"])

    refused = sorted(PARTS | {f"live-{color}" for color in COLORS})
    with pytest.raises(Exception, match="Validation error") as caught:
        render(
            copier, tmp_path / "refused", BARE.model_copy(update={"services": [*BARE.services, *map(named, refused)]})
        )
    assert [
        name
        for name in refused
        if f"{name} is not" not in str(caught.value) and f"{name}: a name" not in str(caught.value)
    ] == []
    similar = ["backup-files", "blue", "caddy-log", "greenest", "tasks"]
    made = render(
        copier, tmp_path / "made", BARE.model_copy(update={"services": [*BARE.services, *map(named, similar)]})
    )
    assert "  backup-files:\n" in (made / "compose.worker.yaml").read_text()
