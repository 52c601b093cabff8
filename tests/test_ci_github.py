"""What every workflow of GitHub keeps to: permissions, logins, pins, and scripts without text of others."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.ci_github import SHAPES, rendered
from tests.support.ci_template import TEMPLATE

TAGS = json.loads((Path(__file__).parent / "ci_action_tags.json").read_text())
"""Commits of releases, by action and version, from the repositories of the actions."""


@pytest.fixture(scope="module", params=SHAPES)
def top(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered(request.param, tmp_path_factory.getbasetemp())


# A key `on` of YAML 1.1 is true.
ON = True


def workflows(top: Path) -> dict[str, dict[Any, Any]]:
    found = {path.name: yaml.safe_load(path.read_text()) for path in sorted(top.glob(".github/workflows/*.yml"))}
    assert found
    return found


def jobs(top: Path) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{name}: {key}", job) for name, workflow in workflows(top).items() for key, job in workflow["jobs"].items()
    ]


def steps(top: Path) -> list[tuple[str, dict[str, Any]]]:
    actions = [yaml.safe_load(path.read_text())["runs"] for path in top.glob(".github/actions/*/action.yml")]
    return [(name, step) for name, job in [*jobs(top), *(("login", one) for one in actions)] for step in job["steps"]]


def test_nothing_is_permitted_but_what_a_job_states(top: Path) -> None:
    assert [name for name, workflow in workflows(top).items() if workflow["permissions"] != {}] == []
    for name, job in jobs(top):
        assert job["permissions"]["contents"] == ("write" if "infra-update" in name else "read"), name


def test_every_job_ends_after_a_stated_time(top: Path) -> None:
    assert [name for name, job in jobs(top) if not 0 < job["timeout-minutes"] <= 120] == []


def test_no_expression_is_in_a_script(top: Path) -> None:
    assert [name for name, step in steps(top) if "${{" in step.get("run", "")] == []


def test_a_checkout_leaves_no_token(top: Path) -> None:
    checkouts = [step for _, step in steps(top) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_pull_requests_of_strangers_get_no_secret(top: Path) -> None:
    for name, workflow in workflows(top).items():
        assert "pull_request_target" not in workflow[ON], name
        assert "workflow_run" not in workflow[ON], name


def test_a_deployment_is_never_cancelled_and_waits_for_its_turn(top: Path) -> None:
    for name, job in jobs(top):
        if "environment" in job:
            assert job["concurrency"]["cancel-in-progress"] is False, name
            assert job["concurrency"]["queue"] == "max", name


def test_actions_of_others_are_pinned_by_a_commit_with_its_version(top: Path) -> None:
    lines = [line for path in top.glob(".github/**/*.yml") for line in path.read_text().splitlines() if "uses:" in line]
    for line in lines:
        assert re.search(r"uses: (\./\.github/actions/\S+|[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$", line), line


def test_pins_are_the_commits_of_the_releases_that_they_name() -> None:
    text = (TEMPLATE / "includes" / "actions.jinja").read_text()
    pins = re.findall(r"'([\w-]+/[\w-]+)@([0-9a-f]{40}) # (v[\d.]+)'", text)
    assert len(pins) == text.count("@")
    for action, commit, version in pins:
        assert TAGS[action][version] == commit


def test_a_step_that_deploys_calls_the_script_and_nothing_else(top: Path) -> None:
    for name, step in steps(top):
        if "/ops/" in step.get("run", ""):
            assert re.fullmatch(
                r"sh [\w./-]+/ops/(deploy|migrate|rollback|status)( --skip-migrate)? (\w[\w-]*|\"\$ENVIRONMENT\")"
                r"( \"\$IMAGE\"| \$\{IMAGE:\+\"\$IMAGE\"\}| \| tee -a \"\$GITHUB_STEP_SUMMARY\")?",
                step["run"],
            ), name


def test_the_guide_names_every_workflow_variable_and_secret(top: Path) -> None:
    [guide] = top.glob(".github/*pipeline.md")
    told = guide.read_text()
    text = "".join(path.read_text() for path in top.glob(".github/**/*.yml"))
    used = set(re.findall(r"(?:vars|secrets)\.([A-Z][A-Z0-9_]+)", text)) | set(re.findall(r"role: ([A-Z0-9_]+)", text))
    assert [
        name for name in sorted(used) if f"`{name}`" not in told and f" {name}`" not in told and f" {name} " not in told
    ] == []
    assert [name for name in workflows(top) if name not in told] == []


def test_files_of_an_application_below_the_top_begin_with_its_name(tmp_path_factory: pytest.TempPathFactory) -> None:
    top = rendered("below", tmp_path_factory.getbasetemp())
    made = [path for path in top.glob(".github/**/*") if path.is_file()]
    assert [
        str(path) for path in made if not any(part.startswith("shop-") for part in path.relative_to(top).parts)
    ] == []
    for name, workflow in workflows(top).items():
        pushed = workflow[ON].get("push", {})
        assert "branches" not in pushed or "apps/shop/" in pushed["paths"][0], name
        assert workflow["name"].startswith("shop: ")


def test_text_of_answers_stays_one_value(tmp_path_factory: pytest.TempPathFactory) -> None:
    top = rendered("below", tmp_path_factory.getbasetemp())
    named = dict(jobs(top))
    commands = {step["name"]: step.get("run") for step in named["shop-test.yml: test"]["steps"] if "name" in step}
    assert commands["lint: all"] == "npm run lint -- --fix=false 'a b' # note"
    build = next(step for step in named["shop-build-deploy.yml: build"]["steps"] if step.get("id") == "build")
    assert build["with"]["file"] == "apps/shop/infra/my docker/Dockerfile"
    assert build["with"]["build-args"] == 'MOTTO=it\'s "$5" & `more`\n'
    assert build["with"]["secrets"] == "INDEX_TOKEN=${{ secrets.SHOP_INDEX_TOKEN }}\n"


def summary(top: Path, plan: dict[str, Any], root: str = "envs/staging") -> str:
    if not shutil.which("jq"):
        pytest.skip("no jq on PATH, which hosted runners have")
    program = top / ".github" / "scripts" / "infra-plan.jq"
    command = ["jq", "--raw-output", "--sort-keys", "--arg", "root", root, "--from-file", str(program)]
    done = subprocess.run(command, input=json.dumps(plan), capture_output=True, text=True, check=True)
    return done.stdout


def changed(address: str, actions: list[str], secret: str = "", size: int = 1) -> dict[str, Any]:
    after = {"size": size, "login": {"password": secret}, "users": [{"token": secret}]}
    hidden = {"login": {"password": True}, "users": [{"token": True}]}
    change = {"actions": actions, "after": after, "after_sensitive": hidden, "after_unknown": {}}
    return {"address": address, "mode": "managed", "type": address.split(".")[-2], "change": change}


@pytest.fixture
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered("cloud", tmp_path_factory.getbasetemp())


def test_a_plan_is_summed_up_with_destroyed_data_first_and_without_values(cloud: Path) -> None:
    plan = {
        "resource_changes": [
            changed("aws_ecs_service.web", ["update"], "hidden"),
            changed("aws_instance.old", ["delete"]),
            changed("module.db.aws_db_instance.this", ["delete", "create"]),
            changed("aws_iam_role.same", ["no-op"]),
        ],
        "output_changes": {"url": {"actions": ["update"]}},
    }
    assert summary(cloud, plan).splitlines() == [
        "`envs/staging`: 0 to create, 1 to change, 1 to replace, 1 to destroy.",
        "",
        "**Data is destroyed:**",
        "",
        "- **replace** `module.db.aws_db_instance.this`",
        "",
        "Destroyed or replaced:",
        "",
        "- **destroy** `aws_instance.old`",
        "",
        "Created or changed:",
        "",
        "- **change** `aws_ecs_service.web`",
        "",
        "Outputs: `url`",
    ]


def test_the_fingerprint_follows_values_and_not_secrets(cloud: Path) -> None:
    def facts(**fields: Any) -> str:
        return summary(cloud, {"resource_changes": [changed("aws_ecs_service.web", ["update"], **fields)]}, root="")

    assert facts(secret="one") == facts(secret="two")
    assert "one" not in facts(secret="one")
    assert facts(size=1) != facts(size=2)
