"""The workflows of GitHub, executed by act: what runs, in which order, and what a failure stops."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.ci_actions import Repository, repository
from tests.support.ci_github import rendered

pytestmark = pytest.mark.slow

KEY = "key-of-the-machine"
SSH = {"SSH_PRIVATE_KEY": KEY}
HOSTS = {"SSH_KNOWN_HOSTS": "203.0.113.10 ssh-ed25519 AAAA"}
REVIEWERS = {"production": {"protection_rules": [{"type": "required_reviewers"}, {"type": "branch_policy"}]}}


@pytest.fixture
def typical(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return repository(rendered("typical", tmp_path_factory.getbasetemp()), tmp_path)


def test_a_push_deploys_the_built_digest_to_one_environment_after_the_other(typical: Repository) -> None:
    typical.set_api(environments=REVIEWERS)
    run = typical.run("build-deploy", variables=HOSTS, secrets=SSH)
    assert run.code == 0, run.log
    image = run.called("scan")[0].split()[1]
    assert re.fullmatch(r"ghcr\.io/\S+@sha256:[0-9a-f]{64}", image)
    assert run.called("deploy", "status") == [
        f"deploy staging {image}",
        "status staging",
        f"deploy production {image}",
        "status production",
    ]
    assert "key-of-the-machine" not in run.log
    assert "the login: ***" in run.log
