"""Names and places of what exists are kept until somebody asks for others, and then it is said what is replaced."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.cli import SMALL, Ran, run_here
from tests.support.releases import WITH_FILES, released_sources
from tests.support.trees import build_tree, read_tree

LONG = "customer_onboarding_portal"
CUT = "customer-onbo-964eb1"


def project(folder: Path, name: str = "notes", more: str = "", infra: str = "", model: Any = SMALL) -> Path:
    """Make a project, or say something else in the dazzle.toml of one."""
    text = f'[project]\nname = "{name}"\n\n[infra]\nappspec = "appspec.json"\n{infra}\n{more}'
    return build_tree(folder, {"dazzle.toml": text, "appspec.json": json.dumps(model)})


def succeed(folder: Path, *arguments: str) -> Ran:
    ran = run_here(*arguments, cwd=folder)
    assert ran.status == 0, ran.out + ran.err
    return ran


def backends_of(ran: Ran) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in ran.json["backends"]}


def recorded(folder: Path, backend: str) -> dict[str, Any]:
    return dict(yaml.safe_load((folder / f"infra/{backend}/.copier-answers.yml").read_text()))


def compose_name(folder: Path) -> str:
    return str(yaml.safe_load((folder / "infra/docker/compose.yaml").read_text())["name"])


def test_a_renamed_project_keeps_the_names_of_what_exists_until_it_is_asked_to_rename(tmp_path: Path) -> None:
    succeed(project(tmp_path), "all")
    before = read_tree(tmp_path / "infra")
    project(tmp_path, "team-notes")
    shown = succeed(tmp_path, "plan")
    kept = "app_name: keeps the recorded name 'notes'; [project] name is 'team-notes' (dazzle.toml:2)"
    assert shown.out.count(kept) == 2
    assert '[infra] name = "team-notes", or dazzle-infra update --rename' in shown.out
    succeed(tmp_path, "check")
    succeed(tmp_path, "update")
    assert read_tree(tmp_path / "infra") == before

    assert "To apply:     dazzle-infra update --rename\n" in succeed(tmp_path, "plan", "--rename").out
    warned = succeed(tmp_path, "update", "--rename")
    docker, terraform = warned.out.split("\nterraform ")
    assert "replaces DATA app_name notes → team-notes   Compose starts project team-notes with new, empty" in docker
    assert "replaces DATA app_name notes → team-notes   the state key becomes team-notes/ENVIRONMENT/" in terraform
    assert "docker: the update replaces what is marked DATA above; back up the data" in warned.err
    assert compose_name(tmp_path) == "team-notes"
    assert 'key          = "team-notes/prod/' in (tmp_path / "infra/terraform/envs/prod/backend.tf").read_text()
    assert "app_name" not in succeed(tmp_path, "plan").out


def test_a_name_of_its_own_renames_the_application_and_says_what_that_replaces(tmp_path: Path) -> None:
    succeed(project(tmp_path, infra='backends = ["docker"]'), "docker")
    project(tmp_path, infra='backends = ["docker"]\nname = "desk"')
    [one] = succeed(tmp_path, "plan", "--json").json["backends"]
    assert one["keeps"] == []
    [replaced] = one["replaces"]
    assert (replaced["answer"], replaced["before"], replaced["after"]) == ("app_name", "notes", "desk")
    assert replaced["holds_data"]
    [because] = [answer["because"] for answer in one["answers"] if answer["name"] == "app_name"]
    assert because == "[infra] name dazzle.toml:7"


def test_the_title_follows_the_model_whatever_name_is_kept(tmp_path: Path) -> None:
    succeed(project(tmp_path), "docker")
    project(tmp_path, "team-notes", model=SMALL | {"title": "Team Notes"})
    succeed(tmp_path, "update", "docker")
    assert (compose_name(tmp_path), recorded(tmp_path, "docker")["app_title"]) == ("notes", "Team Notes")


def test_applications_whose_names_share_their_beginning_are_two_compose_projects(tmp_path: Path) -> None:
    for name in ("customer_onboarding_portal", "customer_onboarding_admin"):
        folder = project(tmp_path / name, name)
        assert "cut" not in succeed(folder, "docker").out
        spelled = name.replace("_", "-")
        assert (compose_name(folder), recorded(folder, "docker")["image_name"]) == (spelled, spelled)


def test_a_name_that_is_too_long_for_compose_ends_in_a_hash_and_so_do_its_buckets(tmp_path: Path) -> None:
    for last in "ab":
        folder = project(tmp_path / last, 70 * "x" + last, model=WITH_FILES)
        assert (
            f"[project] name is '{70 * 'x'}{last}' (dazzle.toml:2), cut to 63 characters"
            in succeed(folder, "docker").out
        )
    made = [recorded(tmp_path / last, "docker") for last in "ab"]
    for names in (
        [one["app_name"] for one in made],
        [one["image_name"] for one in made],
        [one["storage_buckets"][0]["value"] for one in made],
    ):
        assert len(set(names)) == 2
        assert all(re.fullmatch(r"x{56}-[0-9a-f]{6}", name) for name in names), names


def test_the_cloud_gets_a_cut_name_that_is_reported_and_a_recorded_one_stays(tmp_path: Path) -> None:
    first = project(tmp_path / "desk", LONG, '[infra.terraform]\nref = "v1.1.0"\nenvironments = ["dev"]\n')
    report = "[project] name is 'customer-onboarding-portal' (dazzle.toml:2), cut to 20 characters"
    assert f"app_name: customer-onboarding   {report.replace('20', '19')}" in succeed(first, "terraform").out
    following = f'template = "{released_sources("terraform", tmp_path / "next")}"\nenvironments = ["dev"]\n'
    project(first, LONG, f"[infra.terraform]\n{following}")
    assert "app_name: keeps the recorded name 'customer-onboarding'" in succeed(first, "update").out
    assert recorded(first, "terraform")["_commit"] == "v1.99.0"
    assert f"app_name customer-onboarding → {CUT}" in succeed(first, "plan", "--rename").out

    second = project(tmp_path / "other", LONG, f"[infra.terraform]\n{following}")
    assert f"app_name: {CUT}   {report}" in succeed(second, "terraform").out
    [made] = succeed(second, "plan", "--json").json["backends"]
    assert [(one["value"], one["is_cut"]) for one in made["keeps"]] == [(CUT, True)]
    succeed(second, "check")


def test_an_environment_keeps_its_region_until_it_is_relocated_and_the_state_stays(tmp_path: Path) -> None:
    chosen = f'[infra.terraform]\ntemplate = "{released_sources("terraform", tmp_path / "next")}"\n'
    chosen += 'environments = ["dev", "prod"]\n'
    own = '[infra.terraform.env.dev]\nstate_bucket = "desk-state"\n'
    folder = project(tmp_path / "desk", more=chosen + own)
    succeed(folder, "terraform")
    project(folder, more=f'{chosen}region = "eu-central-1"\n{own}')
    shown = succeed(folder, "plan", "terraform").out
    assert "environments: dev, prod: keep the recorded region 'us-east-1'; [infra.terraform] region is" in shown
    assert "dazzle-infra update --relocate dev --relocate prod; everything in the environment is then created" in shown
    succeed(folder, "check", "terraform")

    done = succeed(folder, "update", "terraform", "--relocate", "dev")
    assert "environments: dev: region us-east-1 → eu-central-1   [infra.terraform] dazzle.toml:10" in done.out
    assert "replaces DATA dev: region us-east-1 → eu-central-1   everything in dev is created again" in done.out
    assert "databases and buckets do not move" in done.out
    assert "the Terraform state bucket stays in its region" in done.out
    root = folder / "infra/terraform"
    assert 'region = "eu-central-1"' in (root / "envs/dev/terraform.tfvars").read_text()
    assert 'region = "us-east-1"' in (root / "envs/prod/terraform.tfvars").read_text()
    assert 'default     = "us-east-1"' in (root / "bootstrap/variables.tf").read_text()
    assert 'region = "us-east-1"' in (root / "envs/dev/backend.hcl").read_text()

    project(folder, more=f'{chosen}region = "eu-central-1"\n{own}[infra.terraform.env.prod]\nregion = "eu-west-1"\n')
    [one] = succeed(folder, "plan", "terraform", "--json").json["backends"]
    assert [(part["entry"], part["before"], part["after"]) for part in one["replaces"]] == [
        ("prod", "us-east-1", "eu-west-1")
    ]


def test_another_range_of_an_environment_is_applied_with_a_warning(tmp_path: Path) -> None:
    chosen = '[infra.terraform]\nenvironments = ["dev"]\n'
    succeed(project(tmp_path, more=chosen), "terraform")
    project(tmp_path, more=f'{chosen}[infra.terraform.env.dev]\nnetwork_cidr = "10.7.0.0/16"\n')
    shown = succeed(tmp_path, "plan", "terraform")
    assert "replaces DATA dev: network_cidr 10.0.0.0/16 → 10.7.0.0/16   the network of dev is replaced" in shown.out
    assert "terraform: the update replaces what is marked DATA above" in shown.err


def test_many_applications_say_what_an_update_replaces(tmp_path: Path) -> None:
    for name in ("notes", "desk"):
        succeed(project(tmp_path / name, name), "docker")
    project(tmp_path / "notes", "other")
    project(tmp_path / "desk", "desk", infra='name = "front"')
    ran = succeed(tmp_path, "update", "--all", "--json")
    told = {one["path"]: one["backends"][0] for one in ran.json["applications"]}
    assert [one["stated"] for one in told["notes"]["keeps"]] == ["other"]
    assert [one["after"] for one in told["desk"]["replaces"]] == ["front"]
    assert "desk: docker: replaces app_name desk → front: Compose starts project front" in ran.err
    assert (compose_name(tmp_path / "notes"), compose_name(tmp_path / "desk")) == ("notes", "front")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", "--relocate", "qa"), "no such environment has been generated"),
        (("update", "--abort", "--rename"), "--abort and --rename are mutually exclusive"),
        (("update", "--all", "--relocate", "dev"), "--all and --relocate are mutually exclusive"),
    ],
)
def test_what_cannot_be_renamed_or_relocated_is_refused(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    succeed(project(tmp_path), "docker")
    before = read_tree(tmp_path)
    ran = run_here(*arguments, cwd=tmp_path)
    assert (ran.status, said in ran.err) == (2, True), ran.err
    assert read_tree(tmp_path) == before
