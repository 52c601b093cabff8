"""What a person should know of the pipelines before they run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.ci.answers import CiAnswers
from dazzle_infra.backends.ci.building import usable_targets
from dazzle_infra.backends.ci.place import top_of
from dazzle_infra.backends.ci.settings import Provider
from dazzle_infra.project.packages.declared import text_of
from dazzle_infra.repository.location import repository_of
from dazzle_infra.templates.git import ask_git

__all__ = ["ci_remarks"]

_TITLES: Final[dict[Provider, str]] = {"github": "GitHub", "gitlab": "GitLab"}
_SERVICES: Final = re.compile(r"(github|gitlab|bitbucket|codeberg|gitea|forgejo|azure|sr\.ht)")
_HOST: Final = re.compile(r"(?:[a-z+]+://(?:[^/@]*@)?|[^/@:]+@)(?P<host>[A-Za-z0-9.-]+)")
_INCLUDED: Final = ".gitlab/ci/*/pipeline.yml"


def ci_remarks(application: Application, answers: CiAnswers) -> list[str]:
    """Return what keeps the pipelines from running or from doing something, each as a sentence."""
    return [
        *_of_remotes(application.project, answers.provider),
        *_of_project(application, answers),
        *_of_gitlab(top_of(application.project), answers),
    ]


def _of_remotes(project: Path, provider: Provider) -> Iterator[str]:
    if repository_of(project) is None:
        return
    said = ask_git(project, "config", "--get-regexp", r"^remote\..*\.url$").stdout.decode(errors="replace")
    # Values may contain credentials: nothing but the host is printed.
    hosts = [found["host"].lower() for line in said.splitlines() if (found := _HOST.match(line.partition(" ")[2]))]
    services = {host: found[1] for host in hosts if (found := _SERVICES.search(host))}
    if not said:
        yield f"the repository has no remote: the pipelines run when it is pushed to {_TITLES[provider]}"
    elif services and provider not in services.values() and len(services) == len(set(hosts)):
        host, service = next(iter(services.items()))
        hint = f'; set [infra.ci] provider = "{service}"' if service in _TITLES else ""
        yield f"the repository has a remote at {host}, and the pipelines are for {_TITLES[provider]}{hint}"


def _of_project(application: Application, answers: CiAnswers) -> Iterator[str]:
    usable = usable_targets(application.targets)
    for target in application.targets:
        if target not in usable:
            yield f"pipelines do not deploy with {target.name}: it lacks ops/deploy, ops/status and ops/rollback"
    if not answers.checks:
        yield "the pipelines run no linter and no tests: the project's files declare none that is known"
    elif not any(check.name == "test" for check in answers.checks):
        yield "the pipelines run no tests: the project declares no test runner that is known, or has no tests"
    if not usable:
        yield "the pipelines do not deploy: no backend of [infra] backends states how"
    elif application.image is None and not (application.project / "Dockerfile").is_file():
        yield "no backend of [infra] backends builds the image, and the project has no Dockerfile"


def _of_gitlab(top: Path, answers: CiAnswers) -> Iterator[str]:
    present = text_of(top / ".gitlab-ci.yml")
    if answers.provider == "gitlab" and present and _INCLUDED not in present:
        yield f".gitlab-ci.yml does not include the pipelines: add `include: [{{local: {_INCLUDED}}}]` to it"
