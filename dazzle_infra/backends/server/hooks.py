"""The hooks of the server backend."""

from __future__ import annotations

import shlex
from pathlib import PurePosixPath
from typing import ClassVar

from dazzle_infra.hooks import Hook, HookContext, HookResult, project_option
from dazzle_infra.hooks.protocol import Failure
from dazzle_infra.values.program import program

__all__ = ["ServerImage", "ServerNextSteps"]

_GUIDE = "DEPLOYMENT.md"


class ServerImage(Hook):
    """Looks for the Dockerfile of the image that the machine runs."""

    name = "server_image"
    summary = "reports a missing Dockerfile of the application"
    opt_in: ClassVar[bool] = False
    on_failure: Failure = "warn"

    def after(self, context: HookContext) -> HookResult:
        """Return what is missing; the files of other backends are written by now."""
        path = missing_dockerfile(context)
        if path is None or (context.is_update and not context.rendered):  # an update with nothing to do
            return HookResult()
        if context.answers.get("dockerfile"):
            return HookResult(success=False, message=f"{path} does not exist: run `{_docker(context)}`")
        own, ours = "state your Dockerfile in [infra] dockerfile", f"run `{_docker(context)}`"
        solution = f'{own}, or add "docker" to [infra] backends and {ours}'
        return HookResult(success=False, message=f"nothing builds the image, and {path} does not exist: {solution}")


class ServerNextSteps(Hook):
    """Names the page that describes the way to the first machine, or the command that sets it up."""

    name = "server_next_steps"
    summary = "prints what to read or run next"
    opt_in: ClassVar[bool] = False

    def contribute(self, context: HookContext) -> HookResult:
        """Return the page where files are new or something is missing, else the command; nothing for an update."""
        environments = context.answers.get("environments")
        if context.is_update or not isinstance(environments, list) or not environments:  # a fork without that question
            return HookResult()
        first = environments[0]
        is_new = not (context.root / context.place.answers).exists()
        has_guide = _GUIDE in context.rendered or (context.root / context.place.at(_GUIDE)).is_file()
        if has_guide and (is_new or not first.get("host") or not first.get("domain")):
            return HookResult(next_steps=(f"read {shlex.quote(f'{context.shown_directory}/{_GUIDE}')}",))
        script = shlex.quote(f"{context.shown_directory}/ops/setup")
        return HookResult(next_steps=(f"sh {script} {first['name']}",))

    def after(self, context: HookContext) -> HookResult:
        """Return the command that writes a missing Dockerfile."""
        if context.is_update or missing_dockerfile(context) is None:
            return HookResult()
        return HookResult(next_steps=(_docker(context),))


def missing_dockerfile(context: HookContext) -> str | None:
    """Return the path of the application's Dockerfile, relative to the project, if it does not exist."""
    stated, folder = context.answers.get("dockerfile"), context.answers.get("build_context", ".")
    path = stated or (PurePosixPath(str(folder)) / "Dockerfile").as_posix()
    return None if (context.project / str(path)).exists() else str(path)


def _docker(context: HookContext) -> str:
    return f"{program()}{project_option(context.project)} docker"
