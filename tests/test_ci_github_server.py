"""A push deploys to a server by its own scripts, in a workflow of GitHub that act executes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from tests.support.ci_actions import Repository, Run, repository
from tests.support.ci_github import TYPICAL, stage
from tests.support.ci_template import SERVER, TEMPLATE, render
from tests.support.copiers import copier_of
from tests.support.deploy_targets import server
from tests.support.server.target import ServerTarget

__all__ = ["server"]

pytestmark = pytest.mark.slow

REGISTRY = "registry.example.com/shop/app"


@pytest.fixture
def made(server: ServerTarget, tmp_path: Path) -> Repository:
    answers = TYPICAL.model_copy(update={"environments": [stage("development", SERVER)], "registry": REGISTRY})
    found = repository(render(copier_of(TEMPLATE), tmp_path / "rendered", answers), tmp_path / "github")
    shutil.rmtree(found.folder / "infra" / "server")
    shutil.copytree(server.ops.parent, found.folder / "infra" / "server")
    found.program("ssh", f'exec {server.folder}/person/bin/ssh "$@"\n')
    return found


def push(made: Repository, server: ServerTarget, *, is_available: bool) -> tuple[Run, str]:
    """Run the workflow for a commit; return what it did and the image that it built."""
    digest = hashlib.sha256(f"{made.commit()}\n".encode()).hexdigest()
    image = f"{REGISTRY}@sha256:{digest}"
    if is_available:
        server.engine.registry[image] = "amd64"
    variables = {"SSH_KNOWN_HOSTS": "203.0.113.10 ssh-ed25519 AAAA", "REGISTRY_USERNAME": "pipeline"}
    secrets = {"SSH_PRIVATE_KEY": "key-of-the-machine", "REGISTRY_PASSWORD": "password-of-the-registry"}
    return made.run("build-deploy", variables=variables, secrets=secrets), image


def test_the_machine_runs_the_digest_that_was_built(made: Repository, server: ServerTarget) -> None:
    run, image = push(made, server, is_available=True)
    assert run.code == 0, run.log
    assert server.recorded() == image
    assert server.running() == {image}
    assert all("-F" in words for words in server.connections[-3:])


def test_an_image_that_the_machine_cannot_get_fails_the_run_and_changes_nothing(
    made: Repository, server: ServerTarget
) -> None:
    run, _ = push(made, server, is_available=False)
    assert run.code != 0
    assert server.recorded() == server.images.first
    assert server.is_tidy()
