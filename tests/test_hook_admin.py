"""The opt-in hook `create_admin`: the service, the keys in `.env`, and the commands of the runtimes."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from dazzle_infra.project.runtimes import runtime_record
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.trees import build_tree, read_tree

NAMED = '[infra.hooks]\npre_build = ["create_admin"]\n'


def test_the_service_and_its_keys_are_made_and_no_secret_is_printed(tmp_path: Path) -> None:
    project = small_project(tmp_path, MANIFEST + NAMED + '[infra.hooks.create_admin]\nemail = "ada@example.com"\n')
    ran = run_here("docker", "--verbose", cwd=project)
    assert ran.status == 0, ran.err
    env = (project / "infra/docker/.env").read_text()
    [password] = re.findall(r"^ADMIN_PASSWORD=([0-9a-f]{32})$", env, flags=re.MULTILINE)
    assert "\nADMIN_EMAIL=ada@example.com\n" in env
    assert env.count("POSTGRES_PASSWORD=") == 1
    assert password not in ran.out + ran.err
    services = yaml.safe_load((project / "infra/docker/services/compose.database.yaml").read_text())["services"]
    admin = services["create-admin"]
    assert admin["command"][2].replace("$$", "$") == runtime_record("dazzle").admin_command[2]
    assert admin["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    rendered = [
        path.read_text() for path in (project / "infra/docker").rglob("*") if path.name != ".env" and path.is_file()
    ]
    assert all(password not in text for text in rendered)


def test_an_update_adds_the_service_and_keeps_the_lines_of_env(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    assert run_here("docker", "-q", cwd=project).status == 0
    before = (project / "infra/docker/.env").read_text()
    build_tree(project, {"dazzle.toml": MANIFEST + NAMED})
    ran = run_here("update", cwd=project)
    assert ran.status == 0, ran.err
    assert "admin_command" in ran.out
    after = (project / "infra/docker/.env").read_text()
    assert after.startswith(before)
    assert "\nADMIN_EMAIL=admin@example.com\n" in after
    assert "create-admin:" in (project / "infra/docker/services/compose.database.yaml").read_text()
    tree = read_tree(project / "infra")
    assert run_here("update", cwd=project).status == 0
    assert read_tree(project / "infra") == tree


def test_nothing_of_it_is_made_where_it_is_skipped(tmp_path: Path) -> None:
    plain, skipped = (
        small_project(tmp_path / "a"),
        small_project(tmp_path / "b", f'{MANIFEST}{NAMED}skip = ["create_admin"]\n'),
    )
    for project in (plain, skipped):
        assert run_here("docker", "-q", cwd=project).status == 0
    trees = [
        {path: content for path, content in read_tree(one / "infra").items() if ".env" not in path}
        for one in (plain, skipped)
    ]
    assert trees[0] == trees[1]
    assert "ADMIN" not in (skipped / "infra/docker/.env").read_text()


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ('runtime = "fastapi"\n' + NAMED, "the runtime fastapi has no command for it"),
        ('[infra.docker]\nref = "v1.2.1"\n' + NAMED, "the release of the template is older than 1.3.0"),
        ("[infra.overrides]\ndatabase = { needed = false, reason = 'x' }\n" + NAMED, "the application has no database"),
    ],
)
def test_an_application_without_such_a_service_is_refused(tmp_path: Path, manifest: str, message: str) -> None:
    project = small_project(tmp_path, MANIFEST + manifest)
    before = read_tree(project)
    ran = run_here("docker", "--json", cwd=project)
    assert ran.status == 5
    assert message in ran.json["message"]
    assert read_tree(project) == before


def test_what_is_no_address_is_refused_with_its_line(tmp_path: Path) -> None:
    project = small_project(tmp_path, MANIFEST + NAMED + '[infra.hooks.create_admin]\nemail = "$(id)"\n')
    ran = run_here("docker", "--json", cwd=project)
    assert (ran.status, ran.json["where"]["line"]) == (2, 9)
    assert "email must be an e-mail address" in ran.json["message"]


FAKE = """\
#!/bin/sh
echo "$*" >> "$LOG"
case "$*" in
  *get-user*) echo "User Details"; exit "$EXISTS" ;;
  *) echo "$SAYS"; exit "$STATUS" ;;
esac
"""


def run_command(
    folder: Path, runtime: str, *, exists: int = 1, status: int = 0, says: str = "done"
) -> tuple[int, str, list[str]]:
    """Run a runtime's command with programs that write down how they are called."""
    tools = build_tree(folder / "bin", {"dazzle": FAKE, "python": FAKE})
    for name in ("dazzle", "python"):
        (tools / name).chmod(0o755)
    log = folder / "log"
    log.touch()
    done = subprocess.run(
        runtime_record(runtime).admin_command,
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "LOG": str(log),
            "ADMIN_EMAIL": "ada@example.com",
            "ADMIN_PASSWORD": "s3cret-s3cret",
            "EXISTS": str(exists),
            "STATUS": str(status),
            "SAYS": says,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr, log.read_text().splitlines()


def test_the_command_of_dazzle_creates_an_administrator_once(tmp_path: Path) -> None:
    created = "auth create-user ada@example.com --superuser --password s3cret-s3cret"
    looked_up = "auth get-user ada@example.com"
    assert run_command(tmp_path / "a", "dazzle") == (0, "", [looked_up, created])
    assert run_command(tmp_path / "b", "dazzle", exists=0) == (0, "", [looked_up])
    failed = run_command(tmp_path / "c", "dazzle", status=1, says="no database")
    assert failed == (1, "no database\n", [looked_up, created])


def test_the_command_of_django_creates_an_administrator_once(tmp_path: Path) -> None:
    created = ["manage.py createsuperuser --noinput"]
    assert run_command(tmp_path / "a", "django") == (0, "", created)
    taken = "CommandError: Error: That username is already taken."
    assert run_command(tmp_path / "b", "django", status=1, says=taken) == (0, "", created)
    assert run_command(tmp_path / "c", "django", status=1, says="no table") == (1, "no table\n", created)


@pytest.mark.parametrize("runtime", ["dazzle", "django"])
def test_the_command_needs_both_keys(runtime: str) -> None:
    done = subprocess.run(
        runtime_record(runtime).admin_command, env={"PATH": os.environ["PATH"]}, capture_output=True, check=False
    )
    assert done.returncode != 0
    assert b"ADMIN_EMAIL" in done.stderr
