"""The answers of the CI template."""

from __future__ import annotations

from typing import Literal

from dazzle_infra.backends.answer_records import Binding, Store, Value
from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.ci.records import Check, CiEnvironment, Target
from dazzle_infra.backends.ci.settings import Provider

__all__ = ["CiAnswers"]


class CiAnswers(Answers):
    """What the CI template asks.

    Attributes:
        app_name: Name of the application, in names of files and jobs; a DNS label of at most 30 characters.
        app_title: The application's title, for people.
        project_root: The project relative to the repository, POSIX; `.` for the repository itself.
        prefix: What names of workflows begin with: nothing for a project at the top of the repository, else `NAME-`.
        provider: Where the pipelines run.
        branch: The branch that is deployed.
        deploy: What starts a deployment.
        runner: Label of the runner on GitHub, or its tag on GitLab; empty for any runner of GitLab.
        registry: Repository of the image without a tag; empty for the provider's own registry.
        migrations: Whether a deployment migrates the database, or a job of its own.
        language: The language of the application.
        language_version: The version of Python, `X.Y`, or the major version of Node.
        install: Shell commands that install the project with its development tools, in the project's folder.
        checks: What is checked, in order.
        stores: Services outside the image.
        bindings: Variables whose values the infrastructure knows, sorted.
        test_variables: Variables of tests and migrations on a runner, sorted; none of the values is a secret.
        migrate: The command that migrates the database in the image, in exec form; empty without migrations.
        dockerfile: The Dockerfile, relative to the project; empty for the one of the build context.
        build_context: The build context, relative to the project.
        build_arguments: Build arguments, sorted.
        build_secrets: Names of the variables that the build reads as secrets, sorted.
        platforms: Platforms of the image; empty for that of the runner.
        targets: The backends that deploy, in the order in which they run.
        environments: In the order of promotion.
    """

    app_name: str = "app"
    app_title: str = "Application"
    project_root: str = "."
    prefix: str = ""
    provider: Provider = "github"
    branch: str = "main"
    deploy: Literal["push", "tag"] = "push"
    runner: str = "ubuntu-24.04"
    registry: str = ""
    migrations: Literal["auto", "manual"] = "auto"
    language: Literal["python", "node"] = "python"
    language_version: str = "3.12"
    install: list[str] = []
    checks: list[Check] = []
    stores: list[Store] = []
    bindings: list[Binding] = []
    test_variables: list[Value] = []
    migrate: list[str] = []
    dockerfile: str = ""
    build_context: str = "."
    build_arguments: list[Value] = []
    build_secrets: list[str] = []
    platforms: list[str] = []
    targets: list[Target] = []
    environments: list[CiEnvironment] = []
