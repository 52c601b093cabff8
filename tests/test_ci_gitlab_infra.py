"""The infrastructure in pipelines of GitLab: plans that are reviewed, compared and applied, with a real Terraform."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from dazzle_infra.backends.ci.records import CiEnvironment
from tests.support.ci_gitlab import REQUEST, pipeline
from tests.support.ci_gitlab_api import api
from tests.support.ci_template import CLOUD, GITLAB, rendered
from tests.support.terraform import ROOT, terraform

pytestmark = pytest.mark.slow

ROOTS = "infra/terraform/envs"
INFRA = GITLAB.model_copy(
    update={
        "app_name": "desk",
        "install": [],
        "checks": [],
        "migrate": [],
        "targets": [CLOUD],
        "environments": [
            CiEnvironment(
                name="staging",
                target="terraform",
                profile="staging",
                approval=False,
                root="infra/terraform/envs/staging",
            ),
            CiEnvironment(name="production", target="terraform", root="infra/terraform/envs/production"),
        ],
    }
)


def _write_terraform(folder: Path) -> None:
    command = " ".join(map(shlex.quote, terraform().command))
    program = folder / "terraform"
    program.write_text(
        f'#!/bin/sh\nexport PYTHONPATH={shlex.quote(str(ROOT))} CHECKPOINT_DISABLE=1\nexec {command} "$@"\n'
    )
    program.chmod(0o755)


def _root(state: Path, value: str) -> str:
    return (
        f'terraform {{\n  backend "local" {{\n    path = "{state}"\n  }}\n}}\n\n'
        f'resource "terraform_data" "one" {{\n  input            = "{value}"\n  triggers_replace = "{value}"\n}}\n'
    )


@pytest.fixture
def script(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script, and an empty folder `tools` of which the programs are found first."""
    (tmp_path / "tools").mkdir()
    return rendered("gitlab", tmp_path_factory.getbasetemp()) / ".gitlab/ci/ticket-desk/scripts/infra.sh"


def _run(script: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(script), *arguments],
        cwd=folder,
        env={**os.environ, "TERRAFORM": "terraform", "PATH": f"{folder / 'tools'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_plan_is_applied_only_if_it_is_the_reviewed_one(script: Path, tmp_path: Path) -> None:
    _write_terraform(tmp_path / "tools")
    (tmp_path / "root").mkdir()
    main, state = tmp_path / "root" / "main.tf", tmp_path / "state.json"
    main.write_text(_root(state, "first"))
    planned = _run(script, tmp_path, "plan", "staging", "root", "plans")
    assert planned.returncode == 0, planned.stderr
    report = (tmp_path / "plans/staging.md").read_text()
    assert "**Creates**\n\n- `terraform_data.one` (create)" in report
    assert json.loads((tmp_path / "plans/staging.json").read_text()) == {"create": 1, "update": 0, "delete": 0}
    # Nothing but names: neither the log nor the reports contain a value.
    assert "first" not in planned.stdout + planned.stderr + report
    assert sorted(one.name for one in (tmp_path / "plans").iterdir()) == [
        "staging.json",
        "staging.md",
        "staging.sha256",
    ]

    main.write_text(_root(state, "second"))
    refused = _run(script, tmp_path, "apply", "staging", "root", "plans")
    assert refused.returncode == 1
    assert "the plan of staging is not the one that was reviewed" in refused.stderr
    assert not state.exists()

    main.write_text(_root(state, "first"))
    applied = _run(script, tmp_path, "apply", "staging", "root", "plans")
    assert applied.returncode == 0, applied.stderr
    assert "1 added" in applied.stdout
    assert '"first"' in state.read_text()

    assert _run(script, tmp_path, "drift", "staging", "root", "plans").returncode == 0
    main.write_text(_root(state, "third"))
    drifted = _run(script, tmp_path, "drift", "staging", "root", "plans")
    assert drifted.returncode == 3
    assert (
        "**Destroys and replaces**\n\n- `terraform_data.one` (replace)" in (tmp_path / "plans/staging.md").read_text()
    )


def test_a_root_that_is_not_formatted_or_not_valid_is_refused(script: Path, tmp_path: Path) -> None:
    _write_terraform(tmp_path / "tools")
    (tmp_path / "infra/root").mkdir(parents=True)
    main = tmp_path / "infra/root/main.tf"
    main.write_text(_root(tmp_path / "state.json", "first"))
    checked = _run(script, tmp_path, "check", "infra", "infra/root")
    assert checked.returncode == 0, checked.stderr
    main.write_text(main.read_text().replace("  input  ", "input  "))
    assert "error: files are not formatted" in _run(script, tmp_path, "check", "infra", "infra/root").stderr
    main.write_text(_root(tmp_path / "state.json", "${nothing.here}"))
    assert _run(script, tmp_path, "check", "infra", "infra/root").returncode != 0


PLAN = r"""
Terraform used the selected providers to generate the following execution plan.

Terraform will perform the following actions:

  # module.stack.module.db.aws_db_instance.this must be replaced
-/+ resource "aws_db_instance" "this" {}

  # module.stack.module.storage.aws_s3_bucket.this["files a"] will be destroyed
  # (because key ["files a"] is not in for_each map)
  - resource "aws_s3_bucket" "this" {}

  # module.stack.aws_security_group.old will be destroyed
  - resource "aws_security_group" "old" {}

  # module.stack.aws_s3_bucket_policy.this will be updated in-place
  ~ resource "aws_s3_bucket_policy" "this" {}

  # aws_ecs_service.web is tainted, so must be replaced
-/+ resource "aws_ecs_service" "web" {}

  # aws_sqs_queue.new will be created
  + resource "aws_sqs_queue" "new" {}

Plan: 3 to add, 1 to change, 4 to destroy.
"""


def test_data_that_a_plan_destroys_comes_first_and_is_kept_where_nobody_approves(script: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(PLAN)
    (tmp_path / "root").mkdir()
    program = tmp_path / "tools/terraform"
    program.write_text(
        'case "$2" in\n    plan) exit 2 ;;\n    show) cat plan.txt ;;\n    apply) echo applied >> applied ;;\nesac\n'
    )
    program.chmod(0o755)
    assert _run(script, tmp_path, "plan", "staging", "root", "plans").returncode == 0
    report = (tmp_path / "plans/staging.md").read_text()
    assert report == (
        "### staging\n"
        "\n**Destroys data**\n\n"
        "- `module.stack.module.db.aws_db_instance.this` (replace)\n"
        '- `module.stack.module.storage.aws_s3_bucket.this["files a"]` (destroy)\n'
        "\n**Destroys and replaces**\n\n"
        "- `module.stack.aws_security_group.old` (destroy)\n"
        "- `aws_ecs_service.web` (replace)\n"
        "\n**Updates**\n\n- `module.stack.aws_s3_bucket_policy.this` (update)\n"
        "\n**Creates**\n\n- `aws_sqs_queue.new` (create)\n"
        "\nNo values are shown; plan with terraform to see them.\n"
    )
    assert json.loads((tmp_path / "plans/staging.json").read_text()) == {"create": 3, "update": 1, "delete": 4}
    kept = _run(script, tmp_path, "apply", "--keep-data", "staging", "root", "plans")
    assert kept.returncode == 1
    assert "the plan of staging destroys data, which nobody approves in this job" in kept.stderr
    assert not (tmp_path / "applied").exists()
    assert _run(script, tmp_path, "apply", "staging", "root", "plans").returncode == 0
    assert (tmp_path / "applied").exists()


def test_a_merge_request_plans_and_the_branch_applies(tmp_path: Path) -> None:
    desk = pipeline(tmp_path, INFRA)
    _write_terraform(tmp_path / "tools")
    for name in ("staging", "production"):
        desk.change(f"{ROOTS}/{name}/main.tf", _root(tmp_path / f"{name}.json", "first"))
    ran = desk.run(**REQUEST)
    assert ran.status == 0, ran.output
    assert ran.jobs("PASS") == {
        "desk:infra:check:terraform", "desk:infra:plan:staging", "desk:infra:plan:production",
    }  # fmt: skip
    assert "`terraform_data.one` (create)" in ran.output
    assert not (tmp_path / "staging.json").exists()

    ran = desk.run()
    assert ran.status == 0, ran.output
    assert "desk:infra:apply:staging" in ran.jobs("PASS")
    assert (tmp_path / "staging.json").exists()
    assert not (tmp_path / "production.json").exists()
    # What is deployed comes after what it runs on.
    log = " ".join(ran.output.split())
    assert log.index("desk:infra:apply:staging finished") < log.index("desk:deploy:staging starting")

    apply = "desk:infra:apply:production"
    assert desk.run(apply, manual=[apply]).status == 0
    assert (tmp_path / "production.json").exists()


def test_drift_fails_the_weekly_job_and_opens_an_issue(tmp_path: Path) -> None:
    if not shutil.which("wget"):
        pytest.skip("no wget on PATH, which calls GitLab's API")
    desk = pipeline(tmp_path, INFRA)
    _write_terraform(tmp_path / "tools")
    desk.change(f"{ROOTS}/staging/main.tf", _root(tmp_path / "staging.json", "first"))
    desk.change(f"{ROOTS}/production/main.tf", 'terraform {\n  backend "local" {}\n}\n')
    with api() as gitlab:
        ran = desk.run(
            CI_PIPELINE_SOURCE="schedule",
            INFRA_SCHEDULE="weekly",
            INFRA_TOKEN="hush-api",
            CI_API_V4_URL=gitlab.url,
            CI_PROJECT_ID="7",
            CI_PROJECT_URL=str(tmp_path / "origin"),
        )
    assert ran.jobs("FAIL") == {"desk:drift:staging"}, ran.output
    assert "desk:drift:production" in ran.jobs("PASS")
    issues = [body for path, body in gitlab.posts if path.endswith("/issues")]
    assert [one["title"] for one in issues] == ["The infrastructure of staging differs from its files"]
    assert "`terraform_data.one` (create)" in issues[0]["description"]
