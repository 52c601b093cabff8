"""`[infra.ci]`: the settings of the CI backend."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from dazzle_infra.project.manifest import FilesSettings, Manifest
from dazzle_infra.values.names import ImageName
from dazzle_infra.values.rules import Rule

__all__ = ["CiSettings", "Provider", "ci_settings"]

Provider = Literal["github", "gitlab"]

_PART: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?"

Branch = Annotated[
    str,
    Rule(
        rf"(?!.*(?:\.\.|\.lock(?:/|$))){_PART}(?:/{_PART})*",
        "must be the name of a branch: letters, digits, `.`, `_` and `-`, in parts separated by `/`",
        'such as "main" or "release/next"',
        longest=100,
    ),
]
"""A branch, in a form that is no pattern, expression or option for either provider."""

Runner = Annotated[
    str,
    Rule(
        r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?",
        "must be the label of a runner on GitHub, or its tag on GitLab: letters, digits, `.`, `_` and `-`",
        'such as "ubuntu-24.04"',
        longest=100,
    ),
]


class CiSettings(FilesSettings):
    """Settings of the CI backend.

    Attributes:
        provider: Where the pipelines run; by default GitLab if the repository contains `.gitlab-ci.yml` or `.gitlab`,
            else GitHub.
        branch: Branch that is deployed.
        deploy: What starts a deployment: a push to the branch, or a tag that begins with `v`.
        runner: Label of the runner on GitHub, or its tag on GitLab; by default `ubuntu-24.04` on GitHub, and no tag on
            GitLab.
        registry: Repository of the image with its registry, without a tag; by default the provider's own registry.
        migrations: Whether a deployment migrates the database, or a job of its own does it before, with approval.
    """

    provider: Provider | None = None
    branch: Branch = "main"
    deploy: Literal["push", "tag"] = "push"
    runner: Runner | None = None
    registry: ImageName | None = None
    migrations: Literal["auto", "manual"] = "auto"


def ci_settings(manifest: Manifest) -> CiSettings:
    """Return `[infra.ci]`."""
    return manifest.settings("ci", CiSettings)
