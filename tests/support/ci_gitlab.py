"""Pipelines of GitLab that run for real: gitlab-ci-local on the shell executor, stand-ins for outside programs."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from dazzle_infra.backends.ci.answers import CiAnswers
from tests.support.ci_gitlab_tools import write_scripts, write_tools
from tests.support.ci_template import TEMPLATE, render
from tests.support.copiers import copier_of
from tests.support.debian import unpacked
from tests.support.releases import commit_all, git

__all__ = ["REQUEST", "SETTINGS", "Pipeline", "Ran", "pipeline"]

VERSION = "4.61.1"
"""The newest version that was tried with Node 20."""

SETTINGS = {
    "CI_REGISTRY": "registry.gitlab.example.com",
    "CI_REGISTRY_IMAGE": "registry.gitlab.example.com/acme/desk",
    "CI_REGISTRY_USER": "gitlab-ci-token",
    "CI_REGISTRY_PASSWORD": "hush-registry",
    "AWS_ID_TOKEN": "hush-token",
    "CI_COMMIT_REF_PROTECTED": "true",
}
"""What GitLab gives a job. The runner here ignores `id_tokens`."""

REQUEST = {
    "CI_PIPELINE_SOURCE": "merge_request_event",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_COMMIT_BRANCH": "",
}
"""The variables of a merge request."""

VARIABLES = """\
AWS_DEPLOY_ROLE:
  values:
    "*staging": arn:aws:iam::123456789012:role/desk-staging-deploy
    "*production": arn:aws:iam::123456789012:role/desk-production-deploy
AWS_APPLY_ROLE:
  values:
    staging: arn:aws:iam::123456789012:role/desk-staging-apply
    production: arn:aws:iam::123456789012:role/desk-production-apply
AWS_PLAN_ROLE:
  values:
    "plan/*": arn:aws:iam::123456789012:role/desk-plan
SSH_PRIVATE_KEY:
  type: file
  values:
    "*": "hush-key\\r\\nsecond line"
SSH_KNOWN_HOSTS:
  type: file
  values:
    "*": "203.0.113.10 ssh-ed25519 AAAA"
"""
"""What a person sets, by environment."""


@cache
def gitlab_ci_local() -> Path:
    """Return the program, installed in the user's cache folder; skip the test where that is not possible."""
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip("no npm and node on PATH, which gitlab-ci-local needs")
    cache_folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache_folder / "dazzle-infra-tests" / f"npm-gitlab-ci-local-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "node_modules" / ".bin" / "gitlab-ci-local"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            options = ("--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder))
            done = subprocess.run(
                ["npm", "install", *options, f"gitlab-ci-local@{VERSION}"], capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                pytest.skip(f"gitlab-ci-local cannot be installed: {done.stderr.strip()[-300:]}")
    return program


@cache
def _rsync() -> dict[str, str]:
    """Return what is added to PATH and LD_LIBRARY_PATH for rsync."""
    if shutil.which("rsync"):
        return {}
    found = {"PATH": str(unpacked("rsync") / "usr/bin")}
    library = next((unpacked("libpopt0") / "usr/lib").rglob("libpopt.so.0"))
    return {**found, "LD_LIBRARY_PATH": str(library.parent)}


@dataclass(frozen=True)
class Ran:
    """What a pipeline did.

    Attributes:
        status: The exit code of the runner.
        output: What it printed.
        calls: What the stand-ins were called with, in order.
    """

    status: int
    output: str
    calls: list[str]

    def calls_of(self, start: str) -> list[str]:
        """Return the calls that begin with a text."""
        return [one for one in self.calls if one.startswith(start)]

    def jobs(self, result: str) -> set[str]:
        """Return the jobs with a result, PASS or FAIL."""
        return set(re.findall(rf"^ {result}\s+(\S+)", self.output.replace("\r", ""), re.MULTILINE))


class Pipeline:
    """A repository with a rendered pipeline, and the machine that it runs on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.top = folder / "repository"
        self.calls = folder / "calls"
        self.failing = folder / "failing"

    def fail(self, *what: str) -> None:
        """Let stand-ins fail from now on, such as `unhealthy-staging`; nothing for none."""
        for one in self.failing.iterdir():
            one.unlink()
        for name in what:
            (self.failing / name).touch()

    def change(self, path: str, text: str = "changed\n") -> None:
        """Write a file on the branch, as a push or a merge request does."""
        (self.top / path).parent.mkdir(parents=True, exist_ok=True)
        (self.top / path).write_text(text)
        commit_all(self.top)

    def run(self, *jobs: str, manual: Sequence[str] = (), unset: Sequence[str] = (), **variables: str) -> Ran:
        """Run a pipeline: that of a push to `main`, unless variables of GitLab say otherwise.

        Args:
            jobs: The jobs to run; all that are not started by hand if there are none.
            manual: Jobs that a person starts.
            unset: Variables of GitLab that the pipeline does not have.
            variables: Variables of the pipeline.
        """
        self.calls.write_text("")
        extra = _rsync()
        path = [str(self.folder / "tools"), extra.get("PATH", ""), os.environ["PATH"]]
        given = {**SETTINGS, "CI_COMMIT_BRANCH": "main", "CI_PIPELINE_SOURCE": "push", **variables}
        words = [word for key, value in given.items() for word in ("--variable", f"{key}={value}")]
        words += [word for one in manual for word in ("--manual", one)]
        words += [word for one in unset for word in ("--unset-variable", one)]
        engine = ("--container-executable", str(self.folder / "engine"))
        done = subprocess.run(
            [
                str(gitlab_ci_local()), *jobs, "--force-shell-executor", "--shell-isolation", *engine, *words,
                "--no-artifacts-to-source", "--json-schema-validation=false", "--variables-file", "../variables.yml",
            ],
            cwd=self.top,
            env={
                **{key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "CI_", "AWS_"))},
                "PATH": ":".join(part for part in path if part),
                "HOME": str(self.folder / "home"),
                "LD_LIBRARY_PATH": extra.get("LD_LIBRARY_PATH", ""),
                "NO_COLOR": "1",
                "FORCE_COLOR": "0",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )  # fmt: skip
        output = done.stdout + done.stderr
        return Ran(done.returncode, output, self.calls.read_text().splitlines())


def pipeline(folder: Path, *applications: CiAnswers) -> Pipeline:
    """Return a repository with the pipelines of applications, pushed once.

    Args:
        folder: An empty folder.
        applications: The answers of each application.
    """
    made = Pipeline(folder)
    for name in ("tools", "failing", "home"):
        (folder / name).mkdir()
    (folder / "variables.yml").write_text(VARIABLES)
    for answers in applications:
        render(copier_of(TEMPLATE), made.top, answers)
        write_scripts(made.top, answers, made.calls, made.failing)
    write_tools(folder, made.calls, made.failing)
    (made.top / ".gitignore").write_text(".gitlab-ci-local/\n")
    git(made.top, "init", "--quiet", "--initial-branch", "main")
    commit_all(made.top)
    origin = folder / "origin.git"
    git(folder, "clone", "--quiet", "--bare", str(made.top), str(origin))
    git(made.top, "remote", "add", "origin", str(origin))
    git(made.top, "fetch", "--quiet", "origin")
    git(made.top, "remote", "set-head", "origin", "main")
    return made
