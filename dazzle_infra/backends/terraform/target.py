"""How a pipeline deploys to the cloud, and plans and applies what is there."""

from __future__ import annotations

from dazzle_infra.backends.contributions import OPS_SCRIPTS, DeployTarget, Infrastructure, TargetVariable
from dazzle_infra.backends.terraform.settings import TerraformSettings
from dazzle_infra.backends.terraform.tools import LOWEST_VERSION

__all__ = ["terraform_target"]


def terraform_target(settings: TerraformSettings) -> DeployTarget:
    """Return the scripts in `ops`, which template 2.2.0 and later have, and the roots of the environments."""
    version = ".".join(str(part) for part in (*LOWEST_VERSION, 0))
    return DeployTarget(
        settings.output,
        settings.environments,
        dict(OPS_SCRIPTS),
        tools=("aws",),
        login="aws",
        variables=_variables(settings.cli),
        infrastructure=Infrastructure(settings.cli, version, {name: f"envs/{name}" for name in settings.environments}),
    )


def _variables(cli: str) -> tuple[TargetVariable, ...]:
    made = "which bootstrap makes if dazzle.toml has [infra.terraform.deployers]"
    return (
        TargetVariable("AWS_REGION", "the region of the environment"),
        TargetVariable(
            "AWS_DEPLOY_ROLE", f"the ARN of the role that deploys, {made}: `{cli} output deployer_roles` there"
        ),
        TargetVariable(
            "AWS_PLAN_ROLE", f"the ARN of the role that plans, {made}: `{cli} output planner_roles` there", use="plan"
        ),
        TargetVariable(
            "AWS_APPLY_ROLE",
            "the ARN of a role that may create and change everything in the environment; bootstrap does not make it",
            use="apply",
        ),
    )
