"""The scripts of the Terraform template read the values that Terraform reads, or say that they cannot."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.aws.target import AwsTarget
from tests.support.deploy_target import run_script
from tests.support.deploy_targets import aws, aws_programs

__all__ = ["aws", "aws_programs"]

OPS = Path(__file__).parents[1] / "copier-templates" / "terraform" / "template" / "ops"

READ = {
    "": "default",
    'account_id = "1"': "1",
    'account_id="1"#x': "1",
    '\ufeff  \taccount_id\t=\t"1" // x\r\n': "1",
    "account_id = 123456789012": "123456789012",
    'account_id = ""': "",
    '/* a */ account_id = "1" /* b\n*/': "1",
    'account_id = "1"\naccount_id = "2"': "2",
    'account_ids = "1"\naccount_id-x = "1"\nmy_account_id = "1"': "default",
    '# account_id = "1"\n// account_id = "1"\n/*\naccount_id = "1"\n*/': "default",
    'tags = {\n  account_id = "1"\n}\nlist = [{\naccount_id = "1"\n}]': "default",
    'tags = {\n  account_id = "1"\n}\naccount_id = "2"': "2",
    'text = <<-EOT\naccount_id = "1"\n"{ /*\n  EOT\naccount_id = "2"': "2",
    'text = "{ # \\" /*"\naccount_id = "2"': "2",
    '# isn\'t "closed\naccount_id = "2"': "2",
    'text = "account_id"\nother = "account_id = 1"': "default",
}
"""Text of terraform.tfvars, and the value of account_id."""

UNREADABLE = [
    "account_id = null",
    'account_id = "${"1"}"',
    'account_id = "1',
    "account_id = 1e3",
    "account_id = var.x",
    'account_id =\n"1"',
    "account_id",
    '"account_id" = "1"',
    'account_id : "1"',
    "account_id = <<EOT\n1\nEOT",
    'tags = {\naccount_id = "1"',
    '/* account_id = "1"',
    'text = <<EOT\naccount_id = "1"',
    '<<<<<<< before\naccount_id = "1"\n=======\naccount_id = "2"\n>>>>>>> after',
]
"""Texts of terraform.tfvars that do not tell the value of account_id."""

READ_JSON = {
    "{}": "default",
    '{"region": "x", "zones": ["a"]}': "default",
    '{"account_id": "1"}': "1",
    '{\r\n  "region": "x",\r\n\t"account_id" :\n 12 }\n': "12",
    '{"tags": {"a": "b"}}': "default",
}
UNREADABLE_JSON = [
    '{"account_id": null}',
    '{"tags": {"account_id": "1"}}',
    '{"tags": {"a": "b"}, "account_id": "1"}',
    '{"zones": ["account_id"]}',
    '{"account_id": "${1}"}',
    '{"account_id": "1"',
]


def setting(folder: Path, files: dict[str, str]) -> tuple[int, str, str]:
    """Read account_id from files of the environment dev."""
    values = folder / "envs" / "dev"
    values.mkdir(parents=True)
    for name, text in files.items():
        (values / name).write_bytes(text.encode())
    command = (
        f"set -eu; here={OPS}; . $here/common/contract.sh; . $here/common/settings.sh;"
        f"here={folder}/ops; environment=dev; x=$(setting account_id default); printf '%s' \"$x\""
    )
    (folder / "ops").mkdir()
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("text", READ)
def test_a_value_is_read_as_terraform_reads_it(tmp_path: Path, text: str) -> None:
    assert setting(tmp_path, {"terraform.tfvars": text}) == (0, READ[text], "")


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_value_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    code, output, errors = setting(tmp_path, {"terraform.tfvars": text})
    assert (code, output) == (5, "")
    assert "account_id cannot be read in envs/dev/terraform.tfvars" in errors


@pytest.mark.parametrize("name", ["terraform.tfvars.json", "a.auto.tfvars.json"])
@pytest.mark.parametrize("text", READ_JSON)
def test_a_value_in_json_is_read(tmp_path: Path, name: str, text: str) -> None:
    assert setting(tmp_path, {name: text}) == (0, READ_JSON[text], "")


@pytest.mark.parametrize("text", UNREADABLE_JSON)
def test_a_value_in_json_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    code, _, errors = setting(tmp_path, {"a.auto.tfvars.json": text})
    assert code == 5
    assert "account_id cannot be read in envs/dev/a.auto.tfvars.json" in errors


def test_the_last_file_that_terraform_reads_counts(tmp_path: Path) -> None:
    names = ["terraform.tfvars", "terraform.tfvars.json", "a.auto.tfvars", "b.auto.tfvars.json", "c.auto.tfvars"]
    for number in range(1, len(names) + 1):
        files = {
            name: f'{{"account_id": "{name}"}}' if name.endswith("json") else f'account_id = "{name}"'
            for name in [*names[:number], "d.auto.tfvars.bak", "other.tfvars"]
        }
        assert setting(tmp_path / str(number), files) == (0, names[number - 1], "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('region = ""', "the region of dev is empty"),
        ("region = us-east-1", "region cannot be read in envs/dev/terraform.tfvars"),
        ("account_id = [1]", "account_id cannot be read in envs/dev/terraform.tfvars"),
        ("  account_id = 210987654321", "account 210987654321"),
    ],
)
@pytest.mark.parametrize("option", [[], ["--json"]], ids=["text", "json"])
def test_a_script_ends_before_it_calls_the_environment(
    aws: AwsTarget, line: str, message: str, option: list[str]
) -> None:
    (aws.ops.parent / "envs" / "dev" / "terraform.tfvars").write_text(line + "\n")
    done = run_script(aws, "deploy", *option, "dev", aws.images.second)
    assert done.code == 5
    assert message in (done.output if option else done.errors)
    assert aws.running() == {aws.images.first}
