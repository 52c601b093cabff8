"""What an update says of single instances of a resource, where the files state the keys of its `for_each`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dazzle_infra.backends.terraform.impact import addresses_after
from tests.support.cli import MANIFEST, run_here, small_project
from tests.test_update_addresses import encoded, shown

STATEFUL = ("aws_s3_bucket", "aws_secretsmanager_secret")
BUCKETS = {
    "envs/dev/storage.tf": (
        'module "storage" {\n  source  = "../../modules/storage"\n  buckets = ["PHOTOS", "SCANS"]\n}\n'
    ),
    "modules/storage/main.tf": (
        'resource "aws_s3_bucket" "this" {\n  for_each = var.buckets\n}\n\n'
        'resource "aws_s3_bucket_policy" "this" {\n  for_each = aws_s3_bucket.this\n}\n'
    ),
    "modules/storage/variables.tf": 'variable "buckets" {\n  type    = set(string)\n  default = ["SCANS"]\n}\n',
}
SECRETS = {
    "envs/dev/main.tf": (
        'module "secrets" {\n  source   = "../../modules/secrets"\n  external = local.external_secrets\n}\n'
    ),
    "envs/dev/secrets.tf": (
        'locals {\n  # Set manually.\n  external_secrets = {\n    # The provider.\n    CRM_TOKEN = "The provider"\n'
        '    LLM_KEY = "The model"\n  }\n}\n'
    ),
    "modules/secrets/main.tf": 'resource "aws_secretsmanager_secret" "external" {\n  for_each = var.external\n}\n',
}
MERGED = SECRETS | {
    "envs/dev/main.tf": SECRETS["envs/dev/main.tf"].replace(
        "local.external_secrets", "merge(local.external_secrets, local.registry_secrets)"
    ),
    "envs/dev/registry.tf": (
        'locals {\n  registry_login = "container-registry"\n  registry_secrets = (\n'
        '    var.access == "credentials" ? { (local.registry_login) = "Registry, of the image" } : {}\n  )\n}\n'
    ),
}
STACK = {
    "envs/dev/main.tf": 'module "stack" {\n  source = "../../modules/stack"\n}\n',
    "modules/stack/storage.tf": BUCKETS["envs/dev/storage.tf"].replace("../../modules", ".."),
    **{path: text for path, text in BUCKETS.items() if path.startswith("modules")},
}
BUCKET = "module.storage.aws_s3_bucket.this"
POLICY = "module.storage.aws_s3_bucket_policy.this"
LOST = {"dropped": [f'{BUCKET}["PHOTOS"]', f'{POLICY}["PHOTOS"]'], "stateful": [f'{BUCKET}["PHOTOS"]']}
SECRET = "module.secrets.aws_secretsmanager_secret.external"


def moved(kind: str, old: str, new: str) -> str:
    return f'moved {{\n  from = {kind}.this["{old}"]\n  to   = {kind}.this["{new}"]\n}}\n'


CHANGES = {
    "a bucket leaves": (BUCKETS, {"envs/dev/storage.tf": ('"PHOTOS", ', "")}, LOST),
    "a bucket comes": (BUCKETS, {"envs/dev/storage.tf": ('"PHOTOS", ', '"ARCHIVE", "PHOTOS", ')}, {}),
    "the order of the buckets changes": (
        BUCKETS,
        {"envs/dev/storage.tf": ('"PHOTOS", "SCANS"', '"SCANS", "PHOTOS"')},
        {},
    ),
    "a bucket is renamed": (BUCKETS, {"envs/dev/storage.tf": ('"PHOTOS"', '"PICTURES"')}, LOST),
    "a bucket is renamed and moved": (
        BUCKETS,
        {
            "envs/dev/storage.tf": ('"PHOTOS"', '"PICTURES"'),
            "modules/storage/main.tf": (
                "",
                moved("aws_s3_bucket", "PHOTOS", "PICTURES") + moved("aws_s3_bucket_policy", "PHOTOS", "PICTURES"),
            ),
        },
        {
            "moved": [
                f'{BUCKET}["PHOTOS"] > {BUCKET}["PICTURES"]',
                f'{POLICY}["PHOTOS"] > {POLICY}["PICTURES"]',
            ]
        },
    ),
    "the module takes its default": (BUCKETS, {"envs/dev/storage.tf": ('  buckets = ["PHOTOS", "SCANS"]\n', "")}, LOST),
    "the keys are not literal any more": (BUCKETS, {"envs/dev/storage.tf": ('["PHOTOS", "SCANS"]', "var.names")}, {}),
    "all instances leave": (BUCKETS, {"envs/dev/storage.tf": ('"PHOTOS", "SCANS"', "")}, None),
    "a secret leaves": (
        SECRETS,
        {"envs/dev/secrets.tf": ('    LLM_KEY = "The model"\n', "")},
        {"dropped": [f'{SECRET}["LLM_KEY"]'], "stateful": [f'{SECRET}["LLM_KEY"]']},
    ),
    "a secret leaves that is merged with others": (
        MERGED,
        {"envs/dev/secrets.tf": ('    LLM_KEY = "The model"\n', "")},
        {"dropped": [f'{SECRET}["LLM_KEY"]'], "stateful": [f'{SECRET}["LLM_KEY"]']},
    ),
    "secrets are merged with others": (
        SECRETS | {"envs/dev/registry.tf": MERGED["envs/dev/registry.tf"]},
        {"envs/dev/main.tf": ("local.external_secrets", "merge(local.external_secrets, local.registry_secrets)")},
        {},
    ),
    "a secret can be the one of a condition": (
        MERGED,
        {"envs/dev/registry.tf": ('"container-registry"', '"LLM_KEY"'), "envs/dev/secrets.tf": ("LLM_KEY", "OTHER")},
        {},
    ),
    "secrets are merged with what the files do not state": (
        SECRETS,
        {"envs/dev/main.tf": ("local.external_secrets", "merge({ CRM_TOKEN = var.purpose }, var.further)")},
        {},
    ),
    "all secrets leave with their module, those of a condition with them": (
        MERGED,
        {"envs/dev/main.tf": (MERGED["envs/dev/main.tf"], "locals {\n}\n")},
        {kind: [SECRET, f'{SECRET}["CRM_TOKEN"]', f'{SECRET}["LLM_KEY"]'] for kind in ("dropped", "stateful")},
    ),
    "the purpose of a secret changes": (SECRETS, {"envs/dev/secrets.tf": ('"The model"', '"A model"')}, {}),
    "a bucket of the stack leaves": (
        STACK,
        {"modules/stack/storage.tf": ('"PHOTOS", ', "")},
        {kind: [f"module.stack.{address}" for address in listed] for kind, listed in LOST.items()},
    ),
    "one resource takes several keys": (
        {"main.tf": 'resource "aws_s3_bucket" "this" {\n}\n'},
        {"main.tf": ("{\n", '{\n  for_each = toset(["a"])\n')},
        {"dropped": ["aws_s3_bucket.this"], "stateful": ["aws_s3_bucket.this"]},
    ),
    "one resource takes a count, which Terraform moves": (
        {"main.tf": 'resource "aws_s3_bucket" "this" {\n}\n'},
        {"main.tf": ("{\n", "{\n  count = 1\n")},
        {},
    ),
    "local values refer to each other": (
        {
            "main.tf": "locals {\n  a = local.b\n  b = local.a\n}\n\n"
            'resource "aws_s3_bucket" "x" {\n  for_each = local.a\n}\n'
        },
        {"main.tf": ("for_each = local.a", "for_each = local.b")},
        {},
    ),
}


@pytest.mark.parametrize(("before", "edits", "expected"), CHANGES.values(), ids=CHANGES)
def test_instances_are_told_apart_where_their_keys_are_literal(
    before: dict[str, str], edits: dict[str, tuple[str, str]], expected: dict[str, list[str]] | None
) -> None:
    after = before | {path: before[path].replace(old, new, 1) for path, (old, new) in edits.items()}
    assert after != before
    if expected is None:
        expected = {
            "dropped": [f'{one}["{key}"]' for one in (BUCKET, POLICY) for key in ("PHOTOS", "SCANS")],
            "stateful": [f'{BUCKET}["{key}"]' for key in ("PHOTOS", "SCANS")],
        }
    assert shown(addresses_after(encoded(before), encoded(after), STATEFUL)) == expected


def test_buckets_that_go_below_a_stack_are_named_once_where_their_keys_stay() -> None:
    moves = "moved {\n  from = module.storage\n  to   = module.stack.module.storage\n}\n"
    after = STACK | {"envs/dev/moved.tf": moves}
    found = shown(addresses_after(encoded(BUCKETS), encoded(after), STATEFUL))
    assert found == {"moved": [f"{one} > module.stack.{one}" for one in (BUCKET, POLICY)]}
    less = after | {"modules/stack/storage.tf": STACK["modules/stack/storage.tf"].replace('"PHOTOS", ', "")}
    found = shown(addresses_after(encoded(BUCKETS), encoded(less), STATEFUL))
    assert found["dropped"] == LOST["dropped"]


TABLES = """
[storage.photos]
backend = "s3"
bucket = "${PHOTOS_BUCKET}"

[storage.scans]
backend = "s3"
bucket = "${SCANS_BUCKET}"
"""
PROVIDER = """
[[auth.oauth_providers]]
provider = "google"
client_id_env = "GOOGLE_ID"
client_secret_env = "GOOGLE_SECRET"
"""
SHORT = MANIFEST + '\n[infra.terraform]\nenvironments = ["dev", "prod"]\n'


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        (TABLES, TABLES[: TABLES.index("[storage.scans]")], 'storage.aws_s3_bucket.this["SCANS_BUCKET"]'),
        (PROVIDER, "", 'secrets.aws_secretsmanager_secret.external["GOOGLE_SECRET"]'),
    ],
    ids=["a bucket", "a secret"],
)
def test_what_leaves_with_a_table_of_the_manifest_is_listed_and_counted_in_each_environment(
    tmp_path: Path, before: str, after: str, lost: str
) -> None:
    project = small_project(tmp_path, SHORT + before)
    assert run_here("terraform", cwd=project).status == 0
    (project / "dazzle.toml").write_text(SHORT + after)
    said = run_here("plan", "terraform", cwd=project)
    shown = " ".join(said.out.split())
    assert re.search(
        rf"destroys DATA \S*module\.{re.escape(lost)} infra/terraform/envs/dev, infra/terraform/envs/prod", shown
    )
    assert "would destroy 2 resources that hold data" in said.err
    [backend] = run_here("update", "terraform", "--json", cwd=project).json["backends"]
    [address] = backend["addresses"]["stateful"]
    assert address["address"].endswith(lost)
    assert address["roots"] == ["envs/dev", "envs/prod"]
