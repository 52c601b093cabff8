"""`[infra.terraform.deployers]` and `shell_access`: what dazzle.toml can say, and the answers that follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.backends.identity import Made
from dazzle_infra.backends.terraform.deployers import deployer_answers
from dazzle_infra.backends.terraform.entry_points import check_shell
from dazzle_infra.backends.terraform.environments import environments_of
from dazzle_infra.backends.terraform.settings import terraform_settings
from dazzle_infra.errors import ManifestError
from tests.support.manifests import manifest_in
from tests.support.toml import assert_refused
from tests.support.trees import build_tree

TABLE = "[infra.terraform.deployers]\n"
KEY = "[infra.terraform.deployers]"


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("", {}),
        (
            TABLE + 'github = "acme/ticket-desk"',
            {
                "deployer_service": "github",
                "deployer_project": "acme/ticket-desk",
                "deployer_branch": "",
                "deployer_issuer": "https://token.actions.githubusercontent.com",
            },
        ),
        (
            TABLE + 'gitlab = "acme/web/desk"',
            {
                "deployer_service": "gitlab",
                "deployer_project": "acme/web/desk",
                "deployer_branch": "main",
                "deployer_issuer": "https://gitlab.com",
            },
        ),
        (
            TABLE + 'gitlab = "acme/desk"\nbranch = "release/1.x"\nissuer = "https://git.example.com/gitlab"',
            {
                "deployer_service": "gitlab",
                "deployer_project": "acme/desk",
                "deployer_branch": "release/1.x",
                "deployer_issuer": "https://git.example.com/gitlab",
            },
        ),
    ],
)
def test_the_answers_name_the_pipelines_and_the_issuer_of_their_tokens(
    tmp_path: Path, text: str, answers: dict[str, Any]
) -> None:
    build_tree(tmp_path, {"dazzle.toml": text})
    assert deployer_answers(terraform_settings(manifest_in(tmp_path)).deployers) == answers


@pytest.mark.parametrize(
    ("text", "says", "line", "key"),
    [
        ("github = 'acme'", "must be a repository of GitHub, OWNER/REPOSITORY", 2, f"{KEY} github"),
        ("github = 'acme/*'", "must be a repository of GitHub", 2, f"{KEY} github"),
        ("github = 'acme/web/desk'", "must be a repository of GitHub", 2, f"{KEY} github"),
        ("gitlab = 'desk'", "must be a project of GitLab with its groups", 2, f"{KEY} gitlab"),
        ("gitlab = 'a/b'\nbranch = 'main*'", "must be the name of a branch", 3, f"{KEY} branch"),
        ("gitlab = 'a/b'\nissuer = 'http://git.example.com'", "must be the address of an issuer", 3, f"{KEY} issuer"),
        ("gitlab = 'a/b'\nissuer = 'https://git.example.com/'", "without / at its end", 3, f"{KEY} issuer"),
        ("gitlab = 'a/b'\nissuer = 'https://git.example.com:8443'", "without a port", 3, f"{KEY} issuer"),
        ("github = 'a/b'\ngitlab = 'a/b'", "must have either github or gitlab", 1, "[infra.terraform] deployers"),
        ("github = 'a/b'\nbranch = 'main'", "has a branch, which is for gitlab", 1, "[infra.terraform] deployers"),
        ("", "must have either github or gitlab", 1, "[infra.terraform] deployers"),
    ],
)
def test_bad_input_is_refused_with_the_key_and_the_line(
    tmp_path: Path, text: str, says: str, line: int, key: str
) -> None:
    assert_refused(tmp_path, TABLE + text, says, line, key)


def test_an_entry_point_cannot_have_the_name_of_the_task_of_shell_access(tmp_path: Path) -> None:
    entry = '[infra.entry_points.shell]\ncommand = "shell"\nport = 9000\n'
    access = "[infra.terraform.env.prod]\nshell_access = true\n"
    build_tree(tmp_path / "both", {"dazzle.toml": entry + access})
    manifest = manifest_in(tmp_path / "both")
    with pytest.raises(ManifestError, match="the task that shell_access = true of prod creates"):
        check_shell(manifest, environments_of(manifest, Made()))
    for text in (entry, access):
        build_tree(tmp_path / text[7:12], {"dazzle.toml": text})
        manifest = manifest_in(tmp_path / text[7:12])
        check_shell(manifest, environments_of(manifest, Made()))
