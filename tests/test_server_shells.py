"""The scripts of the server template are POSIX shell, and share the contract with those of other targets."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.deploy_target import run_script
from tests.support.deploy_targets import server
from tests.support.server.target import ServerTarget
from tests.support.server.trees import rendered_dev
from tests.support.server_template import TEMPLATE

__all__ = ["server"]

SHELLS = ("dash", "busybox sh", "bash --posix")
EXCLUDED = {
    "SC2034": "a variable of one file is used in another one",
    "SC2119": "the argument of a function is optional",
    "SC2120": "the argument of a function is optional",
}


@pytest.fixture
def shellcheck() -> str:
    """Return the program."""
    program = Path(sys.executable).with_name("shellcheck")
    if not program.exists():
        pytest.skip("no shellcheck: `pip install -e .[dev]` installs it")
    return str(program)


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["typical", "everything"])
@pytest.mark.parametrize("part", ["ops", "machine"])
def test_shellcheck_finds_nothing(
    shellcheck: str, shape: str, part: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = rendered_dev(tmp_path_factory.getbasetemp(), shape) / part
    scripts = [one for one in sorted(folder.iterdir()) if one.is_file() and one.suffix != ".sh"]
    assert scripts
    command = [shellcheck, "--shell=sh", "--external-sources", "--check-sourced", f"--exclude={','.join(EXCLUDED)}"]
    # One script at a time: together, the variables of one would count as those of another.
    for script in scripts:
        done = subprocess.run([*command, script.name], cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, ""), script


def test_commands_for_the_machine_are_posix_shell(shellcheck: str, server: ServerTarget, tmp_path: Path) -> None:
    server.stub("sh", f'[ "$1" != -euc ] || printf "%s\\n" "$2" >{tmp_path}/command-$$; exec /bin/sh "$@"')
    assert run_script(server, "deploy", "dev", server.images.second).code == 0
    commands = [str(path) for path in tmp_path.glob("command-*")]
    assert len(commands) > 20
    # A list of containers is separate words; not every command calls every function.
    ignored = "--exclude=SC2034,SC2086,SC2329"
    done = subprocess.run([shellcheck, "--shell=sh", ignored, *commands], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS)
def test_the_scripts_run_in_every_shell(server: ServerTarget, shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program, _, option = shell.partition(" ")
    if not shutil.which(program):
        pytest.skip(f"no {program} on this machine")
    monkeypatch.setenv("DAZZLE_INFRA_TEST_SHELL", shell)
    # The machine has the same shell.
    server.stub("sh", f'exec {shutil.which(program)} {option} "$@"')
    words = ["two  words", "$HOME `id` *", "-n", "line\nbreak\n", 'back\\slash "quoted"', "it's ''", "ü", ""]
    assert run_script(server, "setup", "--skip-dns", "dev").code == 0
    done = run_script(server, "run", "dev", "--", "echo", *words)
    assert (done.code, done.errors) == (0, "")
    assert " ".join(["echo", *words]) in done.output
    assert run_script(server, "run", "dev", "--", "exit", "7").code == 7
    assert run_script(server, "deploy", "--json", "dev", server.images.second).code == 0
    assert run_script(server, "deploy", "dev", server.images.unhealthy).code == 1
    assert run_script(server, "rollback", "dev").code == 0
    assert run_script(server, "status", "dev").code == 0
    assert run_script(server, "logs", "--json", "dev").code == 0
    assert server.running() == {server.recorded()} == {server.images.first}
    assert server.is_tidy()
    assert not server.is_locked()


def test_the_contract_is_that_of_the_other_targets() -> None:
    path = "template/ops/common/contract.sh"
    assert (TEMPLATE / path).read_text() == (TEMPLATE.parent / "terraform" / path).read_text()


def test_every_variable_of_the_scripts_is_documented() -> None:
    page = (TEMPLATE.parents[1] / "docs" / "deploy-targets.md").read_text()
    files = [path for path in (TEMPLATE / "template" / "ops").rglob("*") if path.is_file()]
    found = {name for path in files for name in re.findall(r"OPS_[A-Z_]+", path.read_text())}
    assert found
    assert {name for name in found if f"| `{name}` |" not in page} == set()


@pytest.mark.parametrize("shape", ["typical", "everything"])
def test_the_services_of_the_facts_are_those_of_compose(shape: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    tree = rendered_dev(tmp_path_factory.getbasetemp(), shape)
    lines = (tree / "environments/dev.sh").read_text().splitlines()
    facts = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    words = {key: value.strip("'").split() for key, value in facts.items()}
    listening = [one.partition(":")[0] for one in words["listening"]]
    expected = {f"{one}-{color}" for one in listening for color in ("blue", "green")} | {"caddy"}
    expected |= {one for key in ("workers", "releases", "scheduled", "stores") for one in words[key]}
    text = "".join(path.read_text() for path in tree.glob("compose.*.yaml"))
    assert expected <= set(re.findall(r"^  ([a-z0-9-]+):$", text, re.MULTILINE))
