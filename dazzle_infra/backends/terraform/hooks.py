"""The hooks of the Terraform backend."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import ClassVar

from dazzle_infra.hooks import Hook, HookContext, HookResult
from dazzle_infra.hooks.tool_checks import ToolCheck, first_line
from dazzle_infra.repository.location import repository_of

__all__ = ["TerraformFmt", "TerraformNextSteps", "TerraformValidate"]

_TOOLS = ("terraform", "tofu")
_NAMED = 3


class TerraformFmt(ToolCheck):
    """Compares the layout of the files with that of Terraform."""

    name = "terraform_fmt"
    summary = "runs terraform fmt -check if Terraform or OpenTofu is there"
    tools = _TOOLS

    def check(self, tool: str, context: HookContext) -> HookResult:
        """Return the files that Terraform would lay out in another way, or cannot read."""
        ran = self.ran((tool, "fmt", "-check", "-recursive", "-no-color"), context)
        if not ran.status:
            return HookResult()
        files = [
            line for line in ran.out.decode(errors="replace").splitlines() if line.endswith((".tf", ".tfvars", ".hcl"))
        ]
        if not files:
            return HookResult(success=False, message=f"{Path(tool).name} fmt: {first_line(ran)}")
        more = f" (+{len(files) - _NAMED} more)" if len(files) > _NAMED else ""
        directory = shlex.quote(context.shown_directory)
        return HookResult(
            success=False,
            message=f"the layout of {', '.join(files[:_NAMED])}{more} differs from that of "
            f"`{Path(tool).name} fmt -recursive {directory}`",
        )


class TerraformValidate(ToolCheck):
    """Validates environments that were initialised on this machine."""

    name = "terraform_validate"
    summary = "runs terraform validate in environments with a folder .terraform"
    tools = _TOOLS
    seconds: float = 60

    def check(self, tool: str, context: HookContext) -> HookResult:
        """Return what Terraform refuses.

        Providers are programs. Those that git tracks came with the repository, and are not run.
        """
        problems = []
        for path in sorted((context.root / context.final_directory).glob("envs/*/.terraform")):
            if path.is_dir() and not _is_tracked(path):
                ran = self.ran((tool, f"-chdir=envs/{path.parent.name}", "validate", "-no-color"), context)
                problems += [f"{path.parent.name}: {first_line(ran)}"] if ran.status else []
        if not problems:
            return HookResult()
        return HookResult(success=False, message=f"{Path(tool).name} validate: {'; '.join(problems)}")


def _is_tracked(folder: Path) -> bool:
    """Return whether git tracks a file in a folder."""
    repository = repository_of(folder)
    return repository is not None and bool(repository.git("ls-files", "--", str(folder)))


class TerraformNextSteps(Hook):
    """Names the command that checks the first environment."""

    name = "terraform_next_steps"
    summary = "prints the command that checks the first environment"
    opt_in: ClassVar[bool] = False

    def contribute(self, context: HookContext) -> HookResult:
        """Return the command, unless the files are updated."""
        environments = context.answers.get("environments")
        if context.is_update or not isinstance(environments, list) or not environments:  # a fork without that question
            return HookResult()
        directory = shlex.quote(f"{context.shown_directory}/envs/{environments[0]['name']}")
        tool = "tofu" if shutil.which("terraform") is None and shutil.which("tofu") else "terraform"
        # In a shell of its own, so that what is pasted next starts from the same folder.
        return HookResult(next_steps=(f"(cd {directory} && {tool} init -backend=false && {tool} validate)",))
