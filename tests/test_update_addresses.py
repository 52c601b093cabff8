"""What an update says of resources that the next apply would destroy, rename or let go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from dazzle_infra.backends.terraform.backend import TerraformBackend
from dazzle_infra.backends.terraform.impact import Impact, addresses_after
from dazzle_infra.merging.changes import Change, ChangeSet
from dazzle_infra.merging.store import Blob
from tests.support.cli import SMALL, run_here
from tests.support.releases import ANSWERS_FILE, git, release
from tests.support.trees import build_tree, read_tree

STATEFUL = ("aws_db_instance", "aws_s3_bucket", "aws_sqs_queue")
ROOT = {
    "envs/dev/main.tf": 'module "queue" {\n  source = "../../modules/queue"\n}\n',
    "envs/dev/own.tf": 'resource "aws_iam_role" "own" {\n  name = "own"\n}\n',
    "modules/queue/main.tf": dedent(
        """\
        # The queue.
        resource "aws_sqs_queue" "main" {
          for_each = toset(["a"])
          name     = "q-${each.key}"
        }

        resource "aws_sqs_queue_policy" "main" {
          policy = <<-EOT
            resource "aws_s3_bucket" "no" {}
          EOT
        }

        data "aws_region" "current" {}
        """
    ),
}
RENAMED = ROOT["modules/queue/main.tf"].replace('"aws_sqs_queue" "main"', '"aws_sqs_queue" "work"')
MOVED = "\nmoved {\n  from = aws_sqs_queue.main\n  to   = aws_sqs_queue.work\n}\n"


def encoded(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: content.encode() for path, content in files.items()}


def shown(found: Impact) -> dict[str, list[str]]:
    """Return the lists that are not empty, without the roots."""
    lists = {
        "dropped": [one.address for one in found.dropped],
        "stateful": [one.address for one in found.stateful],
        "moved": [f"{one.old} > {one.new}" for one in found.moved],
        "forgotten": [one.address for one in found.forgotten],
        "unknown": list(found.unknown),
    }
    return {name: listed for name, listed in lists.items() if listed}


CALL = ROOT["envs/dev/main.tf"]
QUEUE = "module.queue.aws_sqs_queue.main"
LOST = f'{QUEUE}["a"]'
POLICY = "module.queue.aws_sqs_queue_policy.main"
MOVES = {
    "nothing changes": ({}, {}),
    "another module takes the source of one": (
        {"envs/dev/main.tf": CALL.replace("modules/queue", "modules/none") + CALL.replace('"queue"', '"other"')},
        {"dropped": [LOST, POLICY], "stateful": [LOST]},
    ),
    "a module is hidden by a comment": (
        {"envs/dev/main.tf": "/*\n" + CALL + "*/\n"},
        {"dropped": [LOST, POLICY], "stateful": [LOST]},
    ),
    "a comment changes": ({"modules/queue/main.tf": "# New.\n" + ROOT["modules/queue/main.tf"]}, {}),
    "a resource goes to another file": (
        {"envs/dev/own.tf": None, "envs/dev/other.tf": ROOT["envs/dev/own.tf"]},
        {},
    ),
    "a resource is renamed": (
        {"modules/queue/main.tf": RENAMED},
        {"dropped": [LOST], "stateful": [LOST]},
    ),
    "a resource is renamed and moved": (
        {"modules/queue/main.tf": RENAMED + MOVED},
        {"moved": [f"{QUEUE} > module.queue.aws_sqs_queue.work"]},
    ),
    "a resource is moved where nothing is": (
        {"modules/queue/main.tf": RENAMED + MOVED.replace("work", "elsewhere")},
        {"dropped": [LOST], "stateful": [LOST]},
    ),
    "an instance of a resource is moved": (
        {
            "modules/queue/main.tf": RENAMED
            + MOVED.replace("queue.main\n", 'queue.main["a"]\n').replace("queue.work\n", 'queue.work["a"]\n')
        },
        {"moved": [f"{QUEUE} > module.queue.aws_sqs_queue.work"]},
    ),
    "an instance is moved to a name without a key, which for_each does not have": (
        {"modules/queue/main.tf": RENAMED + MOVED.replace("queue.main\n", 'queue.main["a"]\n')},
        {"dropped": [LOST], "stateful": [LOST]},
    ),
    "two moves follow each other": (
        {
            "modules/queue/main.tf": RENAMED.replace("work", "last")
            + MOVED
            + MOVED.replace("queue.work", "queue.last").replace("queue.main", "queue.work")
        },
        {"moved": [f"{QUEUE} > module.queue.aws_sqs_queue.last"]},
    ),
    "moves go round in a circle": (
        {
            "modules/queue/main.tf": RENAMED
            + MOVED
            + "moved {\n  from = aws_sqs_queue.work\n  to = aws_sqs_queue.main\n}\n"
        },
        {"dropped": [LOST], "stateful": [LOST]},
    ),
    "a module is renamed and moved": (
        {
            "envs/dev/main.tf": CALL.replace('"queue"', '"jobs"')
            + "moved {\n  from = module.queue\n  to   = module.jobs\n}\n"
        },
        {
            "moved": [
                f"{QUEUE} > module.jobs.aws_sqs_queue.main",
                f"{POLICY} > module.jobs.aws_sqs_queue_policy.main",
            ]
        },
    ),
    "a module is dropped and its files stay": (
        {"envs/dev/main.tf": ""},
        {"dropped": [LOST, POLICY], "stateful": [LOST]},
    ),
    "a resource is removed and not destroyed": (
        {
            "envs/dev/main.tf": "removed {\n  from = module.queue\n\n  lifecycle {\n    destroy = false\n  }\n}\n",
        },
        {"forgotten": [QUEUE, POLICY]},
    ),
    "a resource of a moved module is removed and not destroyed": (
        {
            "envs/dev/main.tf": ROOT["envs/dev/main.tf"].replace('"queue"', '"jobs"')
            + "\nmoved {\n  from = module.queue\n  to   = module.jobs\n}\n",
            "modules/queue/main.tf": ROOT["modules/queue/main.tf"].replace('_policy" "main"', '_policy" "work"')
            + "\nremoved {\n  from = aws_sqs_queue_policy.main\n\n  lifecycle {\n    destroy = false\n  }\n}\n",
        },
        {
            "moved": ["module.queue.aws_sqs_queue.main > module.jobs.aws_sqs_queue.main"],
            "forgotten": ["module.queue.aws_sqs_queue_policy.main"],
        },
    ),
    "a resource is removed and destroyed": (
        {"envs/dev/own.tf": "removed {\n  from = aws_iam_role.own\n\n  lifecycle {\n    destroy = true\n  }\n}\n"},
        {"dropped": ["aws_iam_role.own"]},
    ),
    "a file cannot be read": (
        {"modules/queue/main.tf": "<<<<<<< your-edits\n" + RENAMED + "=======\n>>>>>>> template\n"},
        {"unknown": ["modules/queue/main.tf"]},
    ),
    "the file of a call cannot be read": (
        {"envs/dev/main.tf": 'module "queue" {\n  source = '},
        {"unknown": ["envs/dev/main.tf"]},
    ),
    "a file is no text": ({"envs/dev/own.tf": 'resource "x" "\udcff'}, {"unknown": ["envs/dev/own.tf"]}),
    "a root goes": (
        {"envs/dev/main.tf": None, "envs/dev/own.tf": None},
        {"dropped": ["aws_iam_role.own", LOST, POLICY], "stateful": [LOST]},
    ),
    "a module calls itself": (
        {"modules/queue/main.tf": ROOT["modules/queue/main.tf"] + 'module "self" {\n  source = "./"\n}\n'},
        {},
    ),
}


@pytest.mark.parametrize(("files", "expected"), MOVES.values(), ids=MOVES)
def test_what_a_change_means_is_said_by_address(files: dict[str, str | None], expected: dict[str, list[str]]) -> None:
    after = {path: content for path, content in (ROOT | files).items() if content is not None}
    raw = {path: content.encode(errors="surrogateescape") for path, content in after.items()}
    assert shown(addresses_after(encoded(ROOT), raw, STATEFUL)) == expected


def test_an_address_is_listed_once_with_every_root_that_has_it() -> None:
    before = ROOT | {"envs/prod/main.tf": CALL}
    found = addresses_after(encoded(before), encoded(before | {"modules/queue/main.tf": ""}), STATEFUL)
    assert [(one.address, one.roots) for one in found.stateful] == [(LOST, ("envs/dev", "envs/prod"))]


def test_a_module_from_elsewhere_is_one_address() -> None:
    remote = {"main.tf": 'module "vpc" {\n  source  = "example/vpc/aws"\n  version = "1.0.0"\n}\n'}
    assert shown(addresses_after(encoded(remote), {}, STATEFUL)) == {"dropped": ["module.vpc"]}


def releases_of(folder: Path, second: Mapping[str, str]) -> Path:
    """Make a template with two releases, the second with other files."""
    common = {
        "copier.yml": "_subdirectory: template\n_min_copier_version: 9.19.0\napp_name: {type: str, default: app}\n",
        "template/{{ _copier_conf.answers_file }}.jinja": ANSWERS_FILE,
    }
    git(folder.parent, "init", "--quiet", str(folder))
    for tag, files in (("v1.0.0", ROOT), ("v1.1.0", {**ROOT, **second})):
        release(folder, tag, {**common, **{f"template/{path}": content for path, content in files.items()}}, set())
    return folder


def project_of(folder: Path, template: Path) -> Path:
    """Make a project from the first release of that template, and let go of the pin."""
    manifest = (
        f'[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n\n[infra.terraform]\ntemplate = "{template}"\n'
    )
    build_tree(folder, {"dazzle.toml": manifest + 'ref = "v1.0.0"\n', "appspec.json": json.dumps(SMALL)})
    made = run_here("terraform", cwd=folder)
    assert made.status == 0, made.err
    (folder / "dazzle.toml").write_text(manifest)
    return folder


def addresses(document: Any) -> dict[str, Any]:
    [one] = document["backends"]
    return {name: listed for name, listed in one["addresses"].items() if listed}


@pytest.mark.parametrize("command", ["plan", pytest.param("update", marks=pytest.mark.slow)])
def test_a_release_that_renames_without_moved_is_warned_of(tmp_path: Path, command: str) -> None:
    project = project_of(tmp_path / "desk", releases_of(tmp_path / "template", {"modules/queue/main.tf": RENAMED}))
    ran = run_here(command, "terraform", *(["--dry-run"] if command == "update" else []), cwd=project)
    assert ran.status == 0
    assert f"destroys DATA {LOST}" in ran.out
    assert "infra/terraform/envs/dev" in ran.out
    assert "would destroy 1 resource that holds data" in ran.err
    lost = [{"address": LOST, "roots": ["envs/dev"]}]
    assert addresses(run_here(command, "terraform", "--json", cwd=project).json) == {"dropped": lost, "stateful": lost}


@pytest.mark.slow
def test_a_release_that_renames_with_moved_is_not(tmp_path: Path) -> None:
    second = {"modules/queue/main.tf": RENAMED + MOVED}
    project = project_of(tmp_path / "desk", releases_of(tmp_path / "template", second))
    ran = run_here("plan", "terraform", cwd=project)
    assert f"renames       {QUEUE} → module.queue.aws_sqs_queue.work" in ran.out
    assert ran.status == 0, ran.err
    new = "module.queue.aws_sqs_queue.work"
    assert addresses(run_here("plan", "terraform", "--json", cwd=project).json) == {
        "moved": [{"from": QUEUE, "to": new, "roots": ["envs/dev"]}]
    }


@pytest.mark.slow
def test_what_a_person_wrote_and_no_parser_reads_is_named_and_nothing_more(tmp_path: Path) -> None:
    project = project_of(tmp_path / "desk", releases_of(tmp_path / "template", {"modules/queue/main.tf": RENAMED}))
    (project / "infra/terraform/envs/dev/own.tf").write_text('resource "aws_iam_role" {{{')
    before = read_tree(project)
    ran = run_here("plan", "terraform", cwd=project)
    assert "unreadable    infra/terraform/envs/dev/own.tf" in ran.out
    assert f"destroys DATA {LOST}" in ran.out
    assert "Traceback" not in ran.err
    assert read_tree(project) == before


@pytest.mark.slow
def test_nothing_is_said_where_no_terraform_file_changes(tmp_path: Path) -> None:
    project = project_of(tmp_path / "desk", releases_of(tmp_path / "template", {"README.md": "new\n"}))
    (project / "infra/terraform/envs/dev/own.tf").write_text("{{{")
    ran = run_here("plan", "terraform", "--json", cwd=project)
    assert addresses(ran.json) == {}


def calls(levels: int, twice: bool) -> dict[str, str]:
    """Return modules of which each calls the next, once or twice."""
    files = {"envs/dev/main.tf": 'module "a" {\n  source = "../../m0"\n}\n'}
    for level in range(levels):
        names = ("a", "b") if twice else ("a",)
        files[f"m{level}/main.tf"] = "".join(
            f'module "{name}" {{\n  source = "../m{level + 1}"\n}}\n' for name in names
        )
    return files | {f"m{levels}/main.tf": 'resource "aws_sqs_queue" "main" {\n}\n'}


@pytest.mark.parametrize(("levels", "twice"), [(40, True), (1500, False)])
def test_modules_that_multiply_take_no_time_and_are_said_to_be_unknown(
    tmp_path: Path, levels: int, twice: bool
) -> None:
    root = build_tree(tmp_path, calls(levels, twice))
    changes = ChangeSet((Change("m0/moved.tf", "added", None, Blob(MOVED.encode())),))
    found = TerraformBackend().impact(root, changes)
    assert found is not None
    assert shown(found) == {"unknown": ["m0/moved.tf"]}
