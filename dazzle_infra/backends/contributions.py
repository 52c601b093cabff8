"""What backends state for each other: how the image is built, and how an environment is deployed."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

__all__ = ["OPS_SCRIPTS", "DeployTarget", "ImageBuild", "Infrastructure", "Login", "TargetVariable"]

OPS_SCRIPTS: Final[Mapping[str, str]] = {
    name: f"ops/{name}" for name in ("deploy", "migrate", "rollback", "status", "logs", "run")
}
"""The scripts that every target of this package has, by what they do (docs/deploy-targets.md)."""

Login = Literal["none", "aws", "ssh"]
"""How a pipeline logs in before it calls the scripts of a target."""


@dataclass(frozen=True)
class ImageBuild:
    """How the image of the application is built.

    Attributes:
        dockerfile: The Dockerfile, POSIX, relative to the project.
        context: The build context, POSIX, relative to the project; `.` for the project itself.
        arguments: Build arguments by name.
        secrets: Names of the secrets that the build needs, sorted; their values are never stated.
        platforms: Platforms of the image, such as `linux/amd64`; empty for that of the machine.
    """

    dockerfile: str
    context: str = "."
    arguments: dict[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()

    def commands(self, image: str) -> tuple[str, ...]:
        """Return the commands that build and push an image, for a POSIX shell in the project's folder.

        An image for several platforms is pushed by its build, because an engine may hold only one platform of an image.

        Args:
            image: The reference of the image as a word of the shell, such as `"$IMAGE"`.
        """
        several = len(self.platforms) > 1
        words = ["docker buildx build --push" if several else "docker build"]
        if self.platforms:
            words.append(f"--platform {','.join(sorted(self.platforms))}")
        if self.dockerfile:
            words.append(f"--file {shlex.quote(self.dockerfile)}")
        words += [f"--build-arg {shlex.quote(f'{name}={value}')}" for name, value in sorted(self.arguments.items())]
        words += [f"--secret id={name},env={name}" for name in self.secrets]
        build = " ".join([*words, f"--tag {image}", shlex.quote(self.context)])
        return (build,) if several else (build, f"docker push {image}")


@dataclass(frozen=True)
class TargetVariable:
    """A variable that a person sets for pipelines, before they can use a target.

    Attributes:
        name: Its name: upper-case letters, digits and `_`.
        because: What it is for, as a phrase.
        secret: Whether its value is a secret.
        per_environment: Whether each environment has a value of its own.
        use: What reads it: `deploy`, the scripts of the target and the login before them; `plan`, a plan of the
            infrastructure, also for changes that nobody reviewed yet; `apply`, what applies a plan.
    """

    name: str
    because: str
    secret: bool = False
    per_environment: bool = True
    use: Literal["deploy", "plan", "apply"] = "deploy"


@dataclass(frozen=True)
class Infrastructure:
    """The configuration that creates the environments of a target.

    Attributes:
        tool: The program that plans and applies it.
        version: The lowest version of the program, such as `1.11.0`.
        roots: The folder of each environment, by its name, POSIX, relative to the folder of the target.
    """

    tool: Literal["terraform", "tofu"]
    version: str
    roots: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DeployTarget:
    """How the environments of the application are deployed.

    Attributes:
        folder: The folder of the backend's files, POSIX, relative to the project.
        environments: Names of the environments, in their order.
        scripts: The scripts of a deployment by what they do, such as `deploy`, POSIX, relative to `folder`.
        tools: Programs that the scripts need, such as `terraform`.
        login: How a pipeline logs in: `aws`, with OpenID Connect and the role in `AWS_DEPLOY_ROLE`; `ssh`, with the key
            in `SSH_PRIVATE_KEY` and the host keys in `SSH_KNOWN_HOSTS`; `none`, by the variables alone.
        variables: What a person sets for pipelines. With the login `none`, the scripts get them as environment
            variables.
        infrastructure: The configuration that creates the environments; None where no program applies one.
        name: The name of the backend. Whatever it states here is replaced by its own name.
    """

    folder: str
    environments: tuple[str, ...]
    scripts: dict[str, str] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    login: Login = "none"
    variables: tuple[TargetVariable, ...] = ()
    infrastructure: Infrastructure | None = None
    name: str = ""
