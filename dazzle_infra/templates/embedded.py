"""The templates that are embedded in the package, each with its own git history.

A release is one bundle file with the commits since the previous release; all bundles in the order of their versions are
the whole history. `git clone dazzle-infra://docker` clones the same repository (see `remote_helper`).
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

from packaging.version import Version

from dazzle_infra.errors import UsageError
from dazzle_infra.templates.cache import cached, note_used
from dazzle_infra.templates.git import isolated_environment, run_git
from dazzle_infra.templates.memory import remembered

__all__ = ["SCHEME", "TEMPLATE_NAMES", "bundles_of", "embedded_repository", "embedded_url", "unpack"]

SCHEME = "dazzle-infra://"

_BUNDLES = Path(__file__).parent / "bundles"

TEMPLATE_NAMES = tuple(sorted(path.name for path in _BUNDLES.iterdir() if path.is_dir()))


def embedded_url(name: str) -> str:
    """Return the URL of the template's repository, such as `dazzle-infra://docker`."""
    return f"{SCHEME}{name}"


def bundles_of(name: str, folder: Path = _BUNDLES) -> list[Path]:
    """Return the bundle files of a template, oldest first.

    Raises:
        UsageError: There is no such template.
    """
    if name not in TEMPLATE_NAMES:
        raise UsageError(
            f"unknown embedded template {name!r}",
            hint=f"the templates are {', '.join(TEMPLATE_NAMES)}",
        )
    return sorted((folder / name).glob("v*.bundle"), key=lambda path: Version(path.stem))


def unpack(bundles: list[Path], repository: Path) -> None:
    """Create a bare repository with all releases of the bundles and `main` at the newest."""
    environment = isolated_environment()
    run_git("init", "--quiet", "--bare", str(repository), environment=environment)
    for bundle in bundles:
        run_git(
            "fetch",
            "--quiet",
            "--no-auto-maintenance",
            str(bundle),
            "refs/tags/*:refs/tags/*",
            environment=environment,
            repository=repository,
        )
    if bundles:
        newest = f"refs/tags/{bundles[-1].stem}"
        run_git("update-ref", "refs/heads/main", newest, environment=environment, repository=repository)
    run_git("config", "uploadpack.allowFilter", "true", environment=environment, repository=repository)


@remembered
def embedded_repository(name: str) -> Path:
    """Return the bare repository of an embedded template, unpacked into the user's cache at its first use."""
    bundles = bundles_of(name)
    digest = hashlib.sha256(b"".join(bundle.read_bytes() for bundle in bundles)).hexdigest()[:16]
    entry = cached(f"templates/{name}-{digest}.git", partial(unpack, bundles))
    note_used(entry, embedded_url(name))
    return entry
