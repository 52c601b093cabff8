"""The playbooks of the server template: the inventory, and what the linters say. tests/e2e/server applies them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_copier.plugin import CopierFixture

from tests.support.ansible import ansible
from tests.support.exhaustive import exhaustive_except
from tests.support.server_template import BARE, SHAPES, copier_template, environment, render, rendered

__all__ = ["copier_template"]

Hosts = dict[str, Any]


def folder(shape: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered(shape, tmp_path_factory.getbasetemp()) / "ansible"


def groups(ansible_folder: Path) -> Hosts:
    children: Hosts = yaml.safe_load((ansible_folder / "inventory/hosts.yml").read_text())["all"]["children"]
    return children


def test_each_environment_is_a_group_with_its_machine_and_local_is_none(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made = groups(folder("everything", tmp_path_factory))
    assert set(made) == {"servers", "production", "staging", "bastion"}
    assert set(made["servers"]["children"]) == {"production", "staging"}
    assert made["staging"]["hosts"] == {"staging-server": {"ansible_host": "2001:db8::10", "ansible_port": 22}}
    assert made["staging"]["vars"] == {
        "environment_name": "staging",
        "ansible_user": "deploy",
        "deploy_user_name": "deploy",
        "deploy_user_directory": "/srv/all-of-it",
    }


def test_a_jump_host_is_used_by_ssh_and_is_a_machine_of_the_group_bastion(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made = groups(folder("everything", tmp_path_factory))
    assert made["production"]["hosts"]["production-server"] == {
        "ansible_host": "203.0.113.10",
        "ansible_port": 2222,
        "ansible_ssh_common_args": "-J jump@bastion.example.com:22",
    }
    assert made["bastion"]["hosts"] == {
        "production-bastion": {
            "ansible_host": "bastion.example.com",
            "ansible_port": 22,
            "ansible_user": "jump",
            "deploy_user_name": "jump",
            "bastion_targets": ["203.0.113.10:2222"],
        }
    }


def test_without_a_jump_host_there_is_no_group_bastion(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert "bastion" not in groups(folder("typical", tmp_path_factory))


def test_environments_share_a_jump_host_and_any_name_makes_a_valid_group(copier: CopierFixture, tmp_path: Path) -> None:
    jump = "bastion.example.com"
    environments = [
        environment("all", BARE.services, [], host="10.0.0.5", jump_host=jump),
        environment("prod-eu", BARE.services, [], host="10.0.0.6", jump_host=jump, port=2200, user="ops"),
        environment("later", BARE.services, []),
    ]
    made = groups(render(copier, tmp_path, BARE.model_copy(update={"environments": environments})) / "ansible")
    assert list(made["servers"]["children"]) == ["env_all", "prod_eu", "later"]
    assert made["later"]["hosts"] == {"later-server": {"ansible_host": ""}}
    [bastion] = made["bastion"]["hosts"].values()
    assert bastion["bastion_targets"] == ["10.0.0.5:22", "10.0.0.6:2200"]
    assert bastion["ansible_user"] == "deploy"


@pytest.mark.slow
@pytest.mark.parametrize("playbook", ["setup-server.yml", "harden-server.yml"])
def test_a_playbook_fails_without_a_machine_and_names_the_key(
    copier: CopierFixture, tmp_path: Path, playbook: str
) -> None:
    named = BARE.model_copy(update={"environments": [environment("production", BARE.services, [])]})
    made = render(copier, tmp_path / "tree", named) / "ansible"
    done = ansible("ansible-playbook", playbook, "--limit", "production", cwd=made, home=tmp_path)
    assert done.returncode != 0, done.stdout
    said = " ".join(done.stdout.split())
    assert "production has no host: set host in [infra.server.env.production] of dazzle.toml" in said


@pytest.mark.parametrize("shape", SHAPES)
def test_only_an_application_with_monitoring_has_its_playbook(
    tmp_path_factory: pytest.TempPathFactory, shape: str
) -> None:
    made = folder(shape, tmp_path_factory)
    wanted = SHAPES[shape].monitoring
    assert (made / "install-monitoring.yml").is_file() is wanted
    assert (made / "roles/machine_metrics").is_dir() is wanted
    assert ("install-monitoring" in (made / "README.md").read_text()) is wanted


def test_every_setting_for_people_is_one_that_a_role_reads(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = folder("everything", tmp_path_factory)
    settings = yaml.safe_load((made / "group_vars/all.yml").read_text())
    defaults: Hosts = {}
    for path in made.glob("roles/*/defaults/main.yml"):
        defaults |= yaml.safe_load(path.read_text())
    assert set(settings) <= set(defaults)
    # The same value in both places, so that a person who removes a line changes nothing.
    assert {name: defaults[name] for name in settings} == settings


def test_roles_use_no_collection_but_the_builtin_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    modules = {
        match
        for path in folder("everything", tmp_path_factory).rglob("*.yml")
        for match in re.findall(r"^\s+([a-z_]+\.[a-z_]+)\.[a-z_0-9]+:", path.read_text(), re.MULTILINE)
    }
    assert modules == {"ansible.builtin"}


@pytest.mark.slow
@pytest.mark.parametrize("shape", exhaustive_except(SHAPES, {"everything"}))
def test_ansible_lint_passes_with_its_strictest_profile(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, shape: str
) -> None:
    made = shutil.copytree(folder(shape, tmp_path_factory), tmp_path / "ansible")
    done = ansible("ansible-lint", "--offline", "--format", "pep8", cwd=made, home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Profile 'production' was required, and it passed" in done.stderr


@pytest.mark.slow
def test_ansible_lint_finds_a_mistake(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    made = shutil.copytree(folder("bare", tmp_path_factory), tmp_path / "ansible")
    tasks = made / "roles/time/tasks/main.yml"
    tasks.write_text(tasks.read_text() + "\n- name: Do something\n  ansible.builtin.shell: date\n")
    done = ansible("ansible-lint", "--offline", "--format", "pep8", "roles/time", cwd=made, home=tmp_path)
    assert "no-changed-when" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_yamllint_finds_nothing(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, shape: str) -> None:
    done = ansible("yamllint", "--strict", ".", cwd=folder(shape, tmp_path_factory), home=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_ansible_accepts_the_syntax_of_each_playbook_and_the_inventory(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, shape: str
) -> None:
    made = folder(shape, tmp_path_factory)
    playbooks = sorted(path.name for path in made.glob("*.yml"))
    assert {"setup-server.yml", "harden-server.yml", "setup-bastion.yml", "deploy.yml"} <= set(playbooks)
    done = ansible("ansible-playbook", "--syntax-check", *playbooks, cwd=made, home=tmp_path)
    assert done.returncode == 0, done.stderr
    listed = json.loads(ansible("ansible-inventory", "--list", cwd=made, home=tmp_path).stdout)
    assert "production-server" in listed["_meta"]["hostvars"]


@pytest.mark.slow
def test_the_playbook_for_a_deployment_calls_the_script_with_both_arguments(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    made = shutil.copytree(folder("bare", tmp_path_factory), tmp_path / "server/ansible")
    script = tmp_path / "server/ops/deploy"
    script.parent.mkdir()
    script.write_text('echo "deploy $*"\n')
    image = "registry.example.com/desk/app:1.4.2"
    arguments = ("deploy.yml", "--extra-vars", f"target=production image={image}")
    done = ansible("ansible-playbook", *arguments, cwd=made, home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"deploy production {image}" in done.stdout
    script.write_text("exit 6\n")
    assert "rc: 6" in ansible("ansible-playbook", *arguments, cwd=made, home=tmp_path).stdout
    missing = ansible("ansible-playbook", "deploy.yml", "--extra-vars", "target=production", cwd=made, home=tmp_path)
    assert "state both: -e target=ENVIRONMENT -e image=IMAGE" in missing.stdout + missing.stderr
