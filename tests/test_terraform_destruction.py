from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from tests.support.terraform import Terraform, initialised, local_state
from tests.support.terraform_runs import APPLY, CASES, PLAN, planned, resources_of, root_of
from tests.support.terraform_template import IMAGE, copier_template, shapes
from tests.tfstub.cloud import CLOUD

__all__ = ["copier_template", "shapes"]

UNPROTECTED = "-var=deletion_protection=false"
DESTROY = ("destroy", "-auto-approve", "-no-color", "-input=false")
IMAGES = {"container_image": IMAGE}


def environment(
    copier: CopierFixture, tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[Terraform, Path, Path]:
    """Apply an environment, and return it with the file that says whether its buckets are filled."""
    cloud = tmp_path / "cloud"
    cloud.mkdir()
    monkeypatch.setenv(CLOUD, str(cloud))
    tool, root = root_of(copier, tmp_path / "made", *CASES[case])
    tool.succeed(*APPLY, "-auto-approve", cwd=root, variables=IMAGES)
    filled = cloud / "filled"
    filled.touch()
    return tool, root, filled


@pytest.mark.slow
def test_production_is_destroyed_after_its_protection_is_off_and_its_buckets_are_empty(
    copier: CopierFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool, root, filled = environment(copier, tmp_path, "bare-prod", monkeypatch)
    # A value for the destruction alone comes too late: what is destroyed is described by the state.
    done = tool.run(*DESTROY, UNPROTECTED, cwd=root, variables=IMAGES)
    assert "deletion protection is enabled" in " ".join(done.stderr.split())
    tool.succeed(*APPLY, "-auto-approve", UNPROTECTED, cwd=root, variables=IMAGES)
    done = tool.run(*DESTROY, UNPROTECTED, cwd=root, variables=IMAGES)
    assert "BucketNotEmpty" in done.stderr
    filled.unlink()
    tool.succeed(*DESTROY, UNPROTECTED, cwd=root, variables=IMAGES)
    assert json.loads((root / "terraform.tfstate").read_text())["resources"] == []


@pytest.mark.slow
def test_development_is_destroyed_with_its_files(
    copier: CopierFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool, root, _ = environment(copier, tmp_path, "bare-dev", monkeypatch)
    tool.succeed(*DESTROY, cwd=root, variables=IMAGES)


def values(plan: dict[str, Any], kind: str, key: str) -> set[Any]:
    """Return the values of an argument of all resources of a type."""
    return {one[key] for found, one in resources_of(plan).values() if found == kind}


@pytest.mark.slow
def test_without_protection_the_key_of_a_final_snapshot_can_be_kept_for_thirty_days(
    copier: CopierFixture, tmp_path: Path
) -> None:
    tool, root = root_of(copier, tmp_path / "made", *CASES["everything-prod"])
    plan = planned(tool, root, UNPROTECTED)
    assert values(plan, "aws_kms_key", "deletion_window_in_days") == {30}
    assert values(plan, "aws_s3_bucket", "force_destroy") == {False}
    assert values(plan, "aws_db_instance", "skip_final_snapshot") == {False}
    assert values(plan, "aws_secretsmanager_secret", "recovery_window_in_days") == {0}
    plan = planned(tool, root, UNPROTECTED, "-var=database_final_snapshot=false")
    assert values(plan, "aws_kms_key", "deletion_window_in_days") == {7}


@pytest.mark.slow
def test_credentials_of_another_account_are_refused(copier: CopierFixture, tmp_path: Path) -> None:
    tool, root = root_of(copier, tmp_path / "made", *CASES["bare-dev"])
    done = tool.run(*PLAN, "-var=account_id=210987654321", cwd=root, variables=IMAGES)
    assert done.returncode == 1
    assert "AWS account ID not allowed: 123456789012" in done.stderr


@pytest.mark.slow
def test_the_bucket_of_the_state_belongs_to_one_account_and_names_its_key(
    shapes: dict[str, Path], tmp_path: Path
) -> None:
    shutil.copytree(shapes["everything"] / "bootstrap", tmp_path / "bootstrap")
    root = tmp_path / "bootstrap"
    tool = initialised(root)
    tool.succeed(*APPLY, "-auto-approve", cwd=root)
    output = {key: one["value"] for key, one in json.loads(tool.succeed("output", "-json", cwd=root)).items()}
    assert output["state_bucket"].endswith("-tfstate-123456789012-eu-west-1")
    lines = output["backend_config"].splitlines()
    assert f'kms_key_id = "{output["state_kms_key"]}"' in lines
    assert 'allowed_account_ids = ["123456789012"]' in lines
    done = tool.run(*PLAN, '-var=account_ids=["210987654321"]', cwd=root)
    assert "AWS account ID not allowed: 123456789012" in done.stderr
    tool.succeed("workspace", "new", "210987654321", cwd=root)
    done = tool.run(*PLAN, cwd=root)
    assert "terraform workspace select -or-create 123456789012" in " ".join(done.stderr.replace("│", " ").split())


def test_the_configuration_of_the_backend_names_the_key_and_the_account_of_the_environment(
    shapes: dict[str, Path],
) -> None:
    root = shapes["everything"] / "envs"
    named = (root / "prod-eu-west" / "backend.hcl").read_text()
    assert 'kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"' in named
    assert "encrypt    = true" in named
    assert 'allowed_account_ids = ["123456789012"]' in named
    # Without a key, `encrypt` would ask for the key of Amazon S3 in place of the bucket's own.
    assert "encrypt " not in (root / "dev" / "backend.tf").read_text().split("terraform {")[1]


STORAGE = """
module "storage" {
  source = "./storage"

  name           = "shop-prod"
  buckets        = BUCKETS
  app_url        = "https://shop.example.com"
  app_identity   = "app"
  logs_bucket    = "logs"
  encryption_key = "arn:aws:kms:us-east-1:123456789012:key/1"
}
"""
REMOVED = """
removed {
  from = module.storage

  lifecycle {
    destroy = false
  }
}
"""


def actions(tool: Terraform, root: Path) -> dict[str, set[str]]:
    """Return what a plan does with the resources of each type that it destroys or forgets."""
    tool.succeed(*PLAN, "-out=plan", cwd=root)
    plan = json.loads(tool.succeed("show", "-json", "plan", cwd=root))
    found: dict[str, set[str]] = {}
    for one in plan["resource_changes"]:
        for action in set(one["change"]["actions"]) & {"delete", "forget"}:
            found.setdefault(action, set()).add(one["type"])
    return found


@pytest.mark.slow
def test_a_bucket_that_is_kept_keeps_its_protection(shapes: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(shapes["everything"] / "modules" / "storage", tmp_path / "storage")
    main = tmp_path / "main.tf"
    main.write_text(STORAGE.replace("BUCKETS", '["FILES", "SCANS"]'))
    tool = local_state(tmp_path)
    tool.succeed(*APPLY, "-auto-approve", cwd=tmp_path)
    main.write_text(STORAGE.replace("BUCKETS", '["FILES"]'))
    protection = {"aws_s3_bucket_public_access_block", "aws_s3_bucket_versioning", "aws_s3_bucket_policy"}
    assert actions(tool, tmp_path)["delete"] > {"aws_s3_bucket", *protection}
    for address in tool.succeed("state", "list", cwd=tmp_path).splitlines():
        if address.endswith('["SCANS"]'):
            tool.succeed("state", "rm", address, cwd=tmp_path)
    assert actions(tool, tmp_path) == {}
    main.write_text(REMOVED)
    found = actions(tool, tmp_path)
    assert set(found) == {"forget"}
    assert found["forget"] > {"aws_s3_bucket", *protection}
