"""Mistakes that the scripts of the Terraform template answer with a message; they run with an `aws` of a few lines."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

OPS = Path(__file__).parents[1] / "copier-templates" / "terraform" / "template" / "ops"
FACTS = "name='desk-dev' region='us-east-1'\nservices='web worker' tasks='migrate' log_group='/desk-dev/app'\n"
AWS = r"""#!/bin/sh
printf '%s\n' "$*" >>"${0%/*}/calls"
case "$1 $2" in
    'sts get-caller-identity') printf '123456789012\tsomebody\n' ;;
    'ecs describe-clusters') echo ACTIVE ;;
    'rds describe-db-instances') echo db.example.com ;;
    'ecs describe-task-definition') printf 'bad \377 byte\n\n' >&2; exit 1 ;;
esac
"""
DIGEST = "@sha256:" + 64 * "a"
IMAGES = {
    "registry.example.com/a:1": True,
    "registry.example.com/a" + DIGEST: True,
    "registry.example.com/a:1" + DIGEST: True,
    "localhost/a:1": True,
    "localhost:5000/a:1": True,
    "registry:5000/team/a-b__c.d/e:V1_.2": True,
    "registry.example.com:443/a--b:1": True,
    "a:1": False,
    "team/a:1": False,
    "//a:1": False,
    "registry.example.com//a:1": False,
    "registry.example.com/a": False,
    "registry.example.com/a:": False,
    "registry.example.com/a:b:1": False,
    "registry.example.com/Team/a:1": False,
    "registry.example.com/a/:1": False,
    "registry.example.com/-a:1": False,
    "registry.example.com/a:-1": False,
    "registry.example.com/a:" + 129 * "1": False,
    "registry.example.com/a" + DIGEST[:-1]: False,
    "registry.example.com/a" + DIGEST[:-1] + "g": False,
    "registry.example.com/a" + DIGEST + DIGEST: False,
    "registry.example.com/a:1\nx": False,
    "-registry.example.com/a:1": False,
    "": False,
}


@pytest.fixture
def ops(tmp_path: Path) -> Path:
    """Return the scripts, with one environment and a program `aws`."""
    made = tmp_path / "ops"
    shutil.copytree(OPS, made, ignore=shutil.ignore_patterns("*.jinja", "{*"))
    shutil.copy(next(OPS.glob("{*database*")), made / "database")
    (made / "environments" / "dev.sh").write_text(FACTS)
    program(tmp_path / "bin" / "aws", AWS)
    program(tmp_path / "bin" / "session-manager-plugin", "#!/bin/sh\n")
    return made


def program(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def run(ops: Path, *words: str, command: str = 'sh "$@"') -> subprocess.CompletedProcess[str]:
    """Run a script, the first word, of a folder."""
    path = os.pathsep.join([str(ops.parent / "bin"), os.environ["PATH"]])
    line = ["sh", "-c", command, "sh", str(ops / words[0]), *words[1:]]
    return subprocess.run(line, env={"PATH": path}, capture_output=True, text=True, check=False, errors="replace")


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_has_a_registry_and_a_version(image: str) -> None:
    command = f'. {OPS}/common/contract.sh; is_image "$1"'
    done = subprocess.run(["sh", "-c", command, "sh", image], capture_output=True, text=True, check=False)
    assert (done.returncode == 0, done.stderr) == (IMAGES[image], "")


@pytest.mark.parametrize("service", ["web worker", "", "we", "*"])
def test_a_service_that_does_not_exist_has_no_logs(ops: Path, service: str) -> None:
    assert run(ops, "logs", "dev", "web").returncode == 0
    done = run(ops, "logs", "dev", service)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"there is no service '{service}'" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dev", "0"], "from 1 to 65535"),
        (["dev", "65536"], "from 1 to 65535"),
        (["dev", "x"], "PORT must be a whole number"),
        (["--instance"], "--instance requires"),
        (["--instance", "", "dev"], "--instance requires"),
        (["--instance", "desk-prod", "dev"], "must begin with desk-dev-"),
        (["--instance", "desk-developers", "dev"], "must begin with desk-dev-"),
        (["--instance", "desk-dev-a b", "dev"], "is not the name"),
        (["--json", "dev"], "there is no option --json"),
    ],
)
def test_arguments_of_the_tunnel_are_checked(ops: Path, words: list[str], message: str) -> None:
    done = run(ops, "database", *words)
    assert done.returncode == 2
    assert message in done.stderr


@pytest.mark.parametrize(
    ("words", "instance"), [([], "desk-dev"), (["--instance", "desk-dev-restored"], "desk-dev-restored")]
)
def test_the_tunnel_leads_to_the_database_or_to_a_copy(ops: Path, words: list[str], instance: str) -> None:
    done = run(ops, "database", *words, "dev", "65535")
    assert done.returncode == 5
    assert "byte" in done.stderr, "the message of aws contains a byte that is not UTF-8"
    assert f"--db-instance-identifier {instance} " in (ops.parent / "bin" / "calls").read_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FACTS.replace("\n", "\r\n"), "has the line ends of Windows"),
        (f"<<<<<<< before\n{FACTS}=======\n{FACTS}>>>>>>> after\n", "contains the markers of a conflict"),
    ],
)
def test_a_damaged_file_of_an_environment_is_named(ops: Path, text: str, message: str) -> None:
    (ops / "environments" / "dev.sh").write_bytes(text.encode())
    done = run(ops, "status", "dev")
    assert done.returncode == 5
    assert f"ops/environments/dev.sh {message}" in done.stderr


def test_a_link_to_a_script_starts_it(ops: Path) -> None:
    link = ops.parent / "links" / "logs"
    link.parent.mkdir()
    link.symlink_to(ops / "logs")
    (ops.parent / "more").symlink_to("links/logs")
    assert run(ops, "../links/logs", "dev").returncode == 0
    assert run(ops, "../more", "dev").returncode == 0


@pytest.mark.parametrize("option", [[], ["--json"]], ids=["text", "json"])
def test_a_closed_standard_output_is_no_failure(ops: Path, option: list[str]) -> None:
    done = run(ops, "secrets", *option, "dev", command='sh "$@" >&- <&-')
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("silent", ["sts", "ecs"])
def test_a_program_that_prints_nothing_is_named(ops: Path, silent: str) -> None:
    program(ops.parent / "bin" / "aws", AWS.replace('case "$1 $2"', f'[ "$1" != {silent} ] || exit 0\ncase "$1 $2"'))
    done = run(ops, "status", "dev")
    assert done.returncode == 5
    assert f"check the program {ops.parent}/bin/aws" in done.stderr
