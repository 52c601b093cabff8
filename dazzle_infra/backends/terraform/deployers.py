"""`[infra.terraform.deployers]`: pipelines that may deploy; they log in with OpenID Connect."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import model_validator

from dazzle_infra.project.manifest.tables import Table
from dazzle_infra.values.addresses import HOST
from dazzle_infra.values.rules import RefusedError, Rule

__all__ = ["DeployersTable", "deployer_answers"]

_ISSUERS: Final = {"github": "https://token.actions.githubusercontent.com", "gitlab": "https://gitlab.com"}
"""Issuers of tokens (GitHub Docs, "OpenID Connect reference"; GitLab Docs, "OpenID Connect (OIDC) Authentication")."""

_BRANCH: Final = "main"


Repository = Annotated[
    str,
    Rule(
        r"[A-Za-z0-9]([A-Za-z0-9-]{0,37}[A-Za-z0-9])?/[A-Za-z0-9._-]{1,100}",
        "must be a repository of GitHub, OWNER/REPOSITORY",
        "such as acme/ticket-desk",
    ),
]
GitLabProject = Annotated[
    str,
    Rule(
        r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+",
        "must be a project of GitLab with its groups, GROUP/PROJECT",
        "such as acme/web/ticket-desk",
    ),
]
Branch = Annotated[str, Rule(r"[A-Za-z0-9_]([A-Za-z0-9._/-]*[A-Za-z0-9_-])?", "must be the name of a branch")]
Issuer = Annotated[
    str,
    Rule(
        f"https://{HOST.replace('(?:', '(')}(/[A-Za-z0-9._~-]+)*",
        "must be the address of an issuer, without a port and without / at its end",
        "such as https://gitlab.example.com",
    ),
]


class DeployersTable(Table):
    """The pipelines that may deploy, for which `bootstrap` creates roles.

    Attributes:
        github: Repository of GitHub whose workflows deploy.
        gitlab: Project of GitLab, with its groups, whose pipelines deploy.
        branch: Branch of GitLab whose pipelines deploy; by default `main`.
        issuer: Issuer of the tokens; by default that of github.com or gitlab.com.
    """

    github: Repository | None = None
    gitlab: GitLabProject | None = None
    branch: Branch | None = None
    issuer: Issuer | None = None

    @model_validator(mode="after")
    def _agree(self) -> DeployersTable:
        if (self.github is None) == (self.gitlab is None):
            raise RefusedError("must have either github or gitlab", 'set github = "OWNER/REPOSITORY", for example')
        if self.branch is not None and self.gitlab is None:
            raise RefusedError(
                "has a branch, which is for gitlab only",
                "remove branch; a GitHub environment restricts its branches in the settings of the repository",
            )
        return self


def deployer_answers(table: DeployersTable | None) -> dict[str, Any]:
    """Return the answers about pipelines; those of no pipeline are empty."""
    if table is None:
        return {}
    service = "github" if table.github else "gitlab"
    return {
        "deployer_service": service,
        "deployer_project": table.github or table.gitlab,
        "deployer_branch": "" if table.github else table.branch or _BRANCH,
        "deployer_issuer": table.issuer or _ISSUERS[service],
    }
