"""From requirements, manifest and the project's files to the answers of the CI template."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from typing import Any, Final

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.ci.answers import CiAnswers
from dazzle_infra.backends.ci.checks import checking_of
from dazzle_infra.backends.ci.place import provider_by_files, root_in_repository
from dazzle_infra.backends.ci.promotion import promoted_environments
from dazzle_infra.backends.ci.settings import Provider, ci_settings
from dazzle_infra.backends.ci.testing import test_variables
from dazzle_infra.backends.contributions import OPS_SCRIPTS, DeployTarget, ImageBuild
from dazzle_infra.backends.identity import Made
from dazzle_infra.project.stated_versions import DEFAULT_NODE
from dazzle_infra.workload.labels import APPLICATION_LIMIT
from dazzle_infra.workload.vocabulary import Output, vocabulary

__all__ = ["CI_NAME", "ci_answers", "usable_targets"]

CI_NAME: Final = APPLICATION_LIMIT
"""The length of the application's name."""

_CALLED: Final = ("deploy", "rollback", "status")
_DEFAULTS: Final = CiAnswers()


def ci_answers(application: Application, made: Made | None = None) -> CiAnswers:
    """Reduce what is known to what the CI template asks.

    Args:
        application: The application, with how other backends build its image and deploy it.
        made: What was made already, whose name and provider are kept.

    Raises:
        ManifestError: Two targets have the same environment.
        UsageError: The project's path in its repository has characters that patterns of the providers interpret.
    """
    manifest, files, workload = application.manifest, application.files, application.workload
    settings, image, made = ci_settings(manifest), application.image or ImageBuild(""), made or Made()
    name, root = made.name(manifest, CI_NAME), root_in_repository(application.project)
    provider = settings.provider or _recorded_provider(made) or provider_by_files(application.project)
    targets = usable_targets(application.targets)
    told = vocabulary(workload, Output(".", name, project_root=root))
    checking, is_node = checking_of(application), manifest.runtime.record.language.name == "node"
    stated = files.node_version or DEFAULT_NODE if is_node else files.python_version
    return CiAnswers.model_validate(
        {
            "app_name": name,
            "app_title": told["app_title"],
            "project_root": root,
            "prefix": "" if root == "." else f"{name}-",
            "provider": provider,
            "branch": settings.branch,
            "deploy": settings.deploy,
            "runner": settings.runner or ("ubuntu-24.04" if provider == "github" else ""),
            "registry": settings.registry or "",
            "migrations": settings.migrations,
            "language": manifest.runtime.record.language.name,
            "language_version": stated or _DEFAULTS.language_version,
            "install": list(checking.install),
            "checks": list(checking.checks),
            "stores": told["stores"],
            "bindings": told["bindings"],
            "test_variables": test_variables(workload),
            "migrate": next((list(one.command) for one in workload.services if one.kind == "release"), []),
            "dockerfile": image.dockerfile,
            "build_context": image.context,
            "build_arguments": [{"name": key, "value": image.arguments[key]} for key in sorted(image.arguments)],
            "build_secrets": list(image.secrets),
            "platforms": list(image.platforms),
            "targets": [_target(one, root) for one in targets],
            "environments": promoted_environments(manifest, targets, root),
        }
    )


def usable_targets(targets: Sequence[DeployTarget]) -> list[DeployTarget]:
    """Return the targets that have the scripts which the pipelines call."""
    return [one for one in targets if all(one.scripts.get(name) == OPS_SCRIPTS[name] for name in _CALLED)]


def _recorded_provider(made: Made) -> Provider | None:
    recorded = made.recorded.get("provider")
    return recorded if recorded in ("github", "gitlab") else None


def _target(target: DeployTarget, root: str) -> dict[str, Any]:
    infrastructure = target.infrastructure
    return {
        "name": target.name,
        "folder": posixpath.normpath(posixpath.join(root, target.folder)),
        "login": target.login,
        "tools": sorted(target.tools),
        "variables": [
            {
                "name": one.name,
                "secret": one.secret,
                "per_environment": one.per_environment,
                "use": one.use,
                "because": re.sub(r"\s+", " ", one.because),
            }
            for one in target.variables
        ],
        "infrastructure": infrastructure.tool if infrastructure else "",
        "infrastructure_version": infrastructure.version if infrastructure else "",
    }
