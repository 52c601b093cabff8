"""The environments in the order of promotion, and the target that deploys each."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Final

from dazzle_infra.backends.ci.records import CiEnvironment
from dazzle_infra.backends.contributions import DeployTarget
from dazzle_infra.errors import ManifestError
from dazzle_infra.project.manifest import EnvironmentTable, Manifest
from dazzle_infra.values.profiles import Profile, profile_of
from dazzle_infra.values.words import quoted

__all__ = ["promoted_environments"]

_ORDER: Final[Sequence[Profile]] = ("development", "staging", "production")


def promoted_environments(
    manifest: Manifest, targets: Sequence[DeployTarget], project_root: str
) -> list[CiEnvironment]:
    """Return each environment that a target has: development first, production last.

    Args:
        manifest: What dazzle.toml says.
        targets: How the enabled backends deploy.
        project_root: The project relative to the repository, POSIX.

    Raises:
        ManifestError: Two targets have an environment and dazzle.toml chooses none, or it chooses one without it.
    """
    names = dict.fromkeys((*manifest.environments, *(name for one in targets for name in one.environments)))
    pairs = ((name, _target_of(name, manifest, targets)) for name in names)
    found = [_environment(name, one, manifest, project_root) for name, one in pairs if one is not None]
    return sorted(found, key=lambda one: _ORDER.index(one.profile))


def _target_of(name: str, manifest: Manifest, targets: Sequence[DeployTarget]) -> DeployTarget | None:
    able = [one for one in targets if name in one.environments]
    chosen = manifest.infra.env.get(name, EnvironmentTable()).target
    where = manifest.where("infra", "env", name, "target")
    if chosen is not None:
        found = next((one for one in able if one.name == chosen), None)
        if found is None:
            known = " or ".join(one.name for one in able)
            raise ManifestError(
                f"[infra.env.{name}] target: {quoted(chosen)} does not deploy an environment {name}",
                where=where,
                hint=f"set it to {known}" if known else f"add {name} to the environments of {chosen}",
            )
        return found
    if len(able) > 1:
        both = " and ".join(one.name for one in able)
        raise ManifestError(
            f"{both} deploy an environment {name}, and pipelines deploy to one of them",
            where=where,
            hint=f'set [infra.env.{name}] target = "{able[0].name}", for example, or rename one of the environments',
        )
    return able[0] if able else None


def _environment(name: str, target: DeployTarget, manifest: Manifest, project_root: str) -> CiEnvironment:
    stated = manifest.infra.env.get(name, EnvironmentTable())
    profile = stated.profile or profile_of(name)
    roots = target.infrastructure.roots if target.infrastructure else {}
    root = posixpath.normpath(posixpath.join(project_root, target.folder, roots[name])) if name in roots else ""
    return CiEnvironment(
        name=name,
        target=target.name,
        profile=profile,
        approval=stated.approval if "approval" in stated.model_fields_set else profile == "production",
        domain=stated.domain_name or "",
        image=stated.image or "",
        root=root,
    )
