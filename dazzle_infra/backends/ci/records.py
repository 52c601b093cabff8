"""The records that answers of the CI template are composed of."""

from __future__ import annotations

from typing import Literal

from dazzle_infra.backends.contributions import Login
from dazzle_infra.values.profiles import Profile
from dazzle_infra.values.records import Part

__all__ = ["Check", "CiEnvironment", "Target", "TargetVariable"]


class Check(Part):
    """A command that fails if something is wrong with the project.

    Attributes:
        name: Its name, unique among the checks.
        command: A line of a POSIX shell, started in the project's folder.
    """

    name: str
    command: str


class TargetVariable(Part):
    """A variable that a person sets at the provider.

    Attributes:
        name: Its name.
        secret: Whether its value is a secret.
        per_environment: Whether each environment has a value of its own.
        use: What reads it: a deployment, a plan of the infrastructure, or what applies a plan.
        because: What it is for.
    """

    name: str
    secret: bool = False
    per_environment: bool = True
    use: Literal["deploy", "plan", "apply"] = "deploy"
    because: str = ""


class Target(Part):
    """A backend that deploys.

    Attributes:
        name: The backend.
        folder: Its folder, relative to the repository.
        login: How a pipeline logs in.
        tools: Programs that its scripts need, sorted.
        variables: What a person sets for it, in the order of the backend.
        infrastructure: The program that creates its environments; empty for none.
        infrastructure_version: The lowest version of the program; empty for none.
    """

    name: str
    folder: str
    login: Login = "none"
    tools: list[str] = []
    variables: list[TargetVariable] = []
    infrastructure: Literal["", "terraform", "tofu"] = ""
    infrastructure_version: str = ""


class CiEnvironment(Part):
    """An environment that a target deploys.

    Attributes:
        name: Its name.
        target: The backend that deploys it.
        profile: What kind of environment it is.
        approval: Whether a person approves each deployment.
        domain: Public host name; empty if none is set.
        image: The image that dazzle.toml states for it; empty for the one that the pipeline builds.
        root: The folder that creates it, relative to the repository; empty if no program creates it.
    """

    name: str
    target: str
    profile: Profile = "production"
    approval: bool = True
    domain: str = ""
    image: str = ""
    root: str = ""
