"""What backends state for each other: how the image is built, and how an environment is deployed."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["DeployTarget", "ImageBuild"]


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


@dataclass(frozen=True)
class DeployTarget:
    """How the environments of the application are deployed.

    Attributes:
        folder: The folder of the backend's files, POSIX, relative to the project.
        environments: Names of the environments, in their order.
        scripts: The scripts of a deployment by what they do, such as `deploy`, POSIX, relative to `folder`.
        tools: Programs that the scripts need, such as `terraform`.
    """

    folder: str
    environments: tuple[str, ...]
    scripts: dict[str, str] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
