"""What an update from 1.x keeps: the values of the profile, and the bucket whose variable gets another name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.releases import WITH_FILES, released_sources

PINNED = '\n[infra.terraform]\nenvironments = ["dev", "prod"]\nref = "v1.2.1"\n'
TABLE = '\n[storage.scans]\nbackend = "s3"\nbucket = "${SCANS_BUCKET}"\n'


def recorded(project: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((project / "infra/terraform/.copier-answers.yml").read_text()))


def values(project: Path, environment: str) -> dict[str, str]:
    text = (project / "infra/terraform/envs" / environment / "terraform.tfvars").read_text()
    names = ("container_metrics", "database_monitoring_seconds", "private_endpoints")
    return {name: value for name, value in re.findall(r"^(\w+) += (.*)$", text, re.MULTILINE) if name in names}


@pytest.mark.slow
def test_environments_of_1x_keep_what_they_have_until_a_newer_version_of_the_profile_is_set(tmp_path: Path) -> None:
    project = small_project(tmp_path / "desk", MANIFEST + PINNED)
    assert run_here("terraform", cwd=project).status == 0
    assert values(project, "prod") == {"private_endpoints": "true"}
    assert run_here("check", cwd=project).status == 0

    newer = PINNED.replace('ref = "v1.2.1"', f'template = "{released_sources("terraform", tmp_path / "next")}"')
    newer = newer.replace('"prod"', '"prod", "test"')
    (project / "dazzle.toml").write_text(MANIFEST + newer)
    ran = run_here("update", "terraform", cwd=project)
    assert ran.status == 0, ran.out + ran.err
    same = {"container_metrics": "true", "database_monitoring_seconds": "60"}
    assert values(project, "dev") == same | {"private_endpoints": "false"}
    assert values(project, "prod") == same | {"private_endpoints": "true"}
    assert values(project, "test") == {
        "container_metrics": "false",
        "database_monitoring_seconds": "0",
        "private_endpoints": "false",
    }
    assert {one["name"]: one["profile_version"] for one in recorded(project)["environments"]} == {
        "dev": 1,
        "prod": 1,
        "test": 2,
    }
    assert run_here("check", cwd=project).status == 0

    (project / "dazzle.toml").write_text(f"{MANIFEST}{newer}\n[infra.terraform.env.prod]\nprofile_version = 2\n")
    shown = run_here("plan", "terraform", cwd=project).out
    assert "environments: prod: private_endpoints yes → no   profile_version: [infra.terraform.env.prod]" in shown
    assert run_here("update", "terraform", cwd=project).status == 0
    assert values(project, "prod") == same | {"private_endpoints": "false"}


@pytest.mark.slow
def test_a_table_that_names_the_bucket_of_the_model_moves_it_and_destroys_nothing(tmp_path: Path) -> None:
    chosen = (
        f'\n[infra.terraform]\nenvironments = ["dev"]\ntemplate = "{released_sources("terraform", tmp_path / "n")}"\n'
    )
    project = small_project(tmp_path / "desk", MANIFEST + chosen, WITH_FILES)
    assert run_here("terraform", cwd=project).status == 0
    assert recorded(project)["renamed_buckets"] == {}

    (project / "dazzle.toml").write_text(MANIFEST + chosen + TABLE)
    shown = run_here("plan", "terraform", cwd=project).out
    assert re.search(r'renames +module\.\S+\.aws_s3_bucket\.this\["STORAGE_BUCKET"\] → \S+\["SCANS_BUCKET"\]', shown)
    assert "destroys" not in shown
    assert run_here("update", "terraform", cwd=project).status == 0
    assert recorded(project)["renamed_buckets"] == {"STORAGE_BUCKET": "SCANS_BUCKET"}
    assert run_here("check", cwd=project).status == 0
    assert len(list((project / "infra/terraform/modules/storage").glob("moved.tf"))) == 1
