"""What both backends make of the runtime that was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.backends.docker.backend import DockerBackend
from dazzle_infra.backends.terraform.backend import TerraformBackend
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.errors import ManifestError
from dazzle_infra.project.runtimes import RUNTIME_NAMES, runtime_record
from dazzle_infra.values.records import EntryPoint
from tests.support.cli import run_here, small_project
from tests.support.runtimes import answered, package
from tests.support.trees import build_tree


@pytest.mark.parametrize("runtime", RUNTIME_NAMES)
def test_both_backends_run_what_was_found(tmp_path: Path, runtime: str) -> None:
    docker, cloud = answered(tmp_path, f'runtime = "{runtime}"\n')
    web = docker.entry_points[0]
    assert docker.runtime == runtime
    assert [one.model_dump() for one in docker.entry_points] == [
        {key: value for key, value in one.model_dump().items() if key in EntryPoint.model_fields}
        for one in cloud.entry_points
    ]
    assert (
        web.port == runtime_record(runtime).language.port == (3000 if runtime in {"next", "express", "react"} else 8000)
    )
    assert bool(web.command) == (runtime != "dazzle")
    assert docker.worker == cloud.worker == (runtime == "dazzle")
    assert docker.redis == docker.mail == docker.database == cloud.mail == cloud.database == (runtime != "react")
    assert cloud.runtime == {"next": "express", "fraiseql": "fastapi"}.get(runtime, runtime)
    assert docker.migrate_command == cloud.migrate_command
    assert ("DAZZLE_SECRET_KEY" in docker.secrets) == (runtime == "dazzle")
    assert ("SECRET_KEY" in docker.secrets) == (runtime == "django")


def test_a_worker_of_another_runtime_has_a_command(tmp_path: Path) -> None:
    docker, cloud = answered(tmp_path, 'runtime = "django"\nworker_command = "celery --app desk worker"\n')
    assert docker.worker
    assert cloud.worker
    assert docker.worker_command == cloud.worker_command == ["celery", "--app", "desk", "worker"]


def test_a_command_of_ones_own_takes_the_place_of_the_development_server(tmp_path: Path) -> None:
    web = '\n[infra.entry_points.web]\ncommand = "hypercorn desk:app"\nport = 9000\nhealth_path = "/up"\n'
    docker, _ = answered(tmp_path, web, {"requirements.txt": "fastapi\n"})
    assert docker.develop_command == []
    assert docker.entry_points[0].command == ["hypercorn", "desk:app"]
    assert docker.entry_points[0].port == 9000


def test_a_port_of_ones_own_reaches_the_commands(tmp_path: Path) -> None:
    docker, _ = answered(tmp_path, "\n[infra.entry_points.web]\nport = 9000\n", {"requirements.txt": "fastapi\n"})
    assert "9000" in docker.entry_points[0].command
    assert "9000" in docker.develop_command


def test_the_customary_port_is_taken_into_account_when_ports_collide(tmp_path: Path) -> None:
    admin = '\n[infra.entry_points.admin]\ncommand = "node admin.js"\nport = 3000\n'
    answered(tmp_path / "python", admin)
    with pytest.raises(ManifestError, match="port is already used by the entry point"):
        answered(tmp_path / "node", admin, {"package.json": package("express")})


def test_alembic_migrates_where_it_is_set_up(tmp_path: Path) -> None:
    fastapi = {"requirements.txt": "fastapi\n"}
    assert answered(tmp_path / "a", "", fastapi)[0].migrate_command == []
    migrated, cloud = answered(tmp_path / "b", "", {**fastapi, "alembic.ini": "[alembic]\n"})
    assert migrated.migrate_command == cloud.migrate_command == ["alembic", "upgrade", "head"]


def test_a_python_that_is_named_is_one_that_the_runtime_runs_on(tmp_path: Path) -> None:
    named = '\n[infra.docker]\npython_version = "3.11"\n'
    assert answered(tmp_path / "django", named, {"requirements.txt": "django\n"})[0].python_version == "3.11"
    with pytest.raises(ManifestError, match=r"older than 3\.12, which Dazzle needs") as refused:
        answered(tmp_path / "dazzle", named)
    assert refused.value.where is not None
    assert refused.value.where.key == "[infra.docker] python_version"
    assert refused.value.where.line is not None


def test_explain_says_what_runs_the_application_and_why(tmp_path: Path) -> None:
    project = build_tree(small_project(tmp_path), {"requirements.txt": "fastapi\n"})
    told = run_here("explain", "--json", cwd=project).json["runtime"]
    evidence = {"construct": "project", "name": "requirements.txt", "because": "depends on fastapi"}
    assert told == {"name": "fastapi", "evidence": [{**evidence, "source": "requirements.txt"}]}
    assert "fastapi  project requirements.txt: depends on fastapi" in run_here("explain", cwd=project).out


def test_a_built_site_is_given_nothing_by_either_backend(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    (project / "dazzle.toml").write_text((project / "dazzle.toml").read_text() + 'runtime = "react"\n')
    application, _ = load(Options(project=project))
    for backend in (DockerBackend(), TerraformBackend()):
        assert backend.provides("database", application).by is None


def test_next_is_a_server_of_node_and_not_a_folder_of_files(tmp_path: Path) -> None:
    manifest = package("next", "react", scripts={"build": "next build", "start": "next start"})
    docker, terraform = answered(tmp_path, files={"package.json": manifest, "app/page.tsx": "", "next.config.mjs": ""})
    assert (docker.runtime, docker.static_files, docker.language) == ("next", False, "node")
    assert docker.copy_paths == ["app", "next.config.mjs"]
    assert docker.build_command == ["npm", "run", "build"]
    assert docker.serve_command[:3] == ["npx", "next", "start"]
    assert docker.database
    # The template of Terraform knows the runtime of the same language.
    assert terraform.runtime == "express"
