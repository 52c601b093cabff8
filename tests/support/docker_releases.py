"""The Docker template as a repository with its releases and, as a release of tomorrow, the sources as they are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from packaging.version import Version

from dazzle_infra.templates.embedded import bundles_of, unpack
from scripts.release_template import source_files
from tests.support.docker import TEMPLATE
from tests.support.releases import git, release, shared_folder

RELEASES = sorted((bundle.stem for bundle in bundles_of("docker")), key=lambda tag: Version(tag))
FIRST = RELEASES[0]
TOMORROW = "v99.0.0"


@cache
def docker_releases() -> Path:
    """Return the repository, made once in a test session; nobody changes it."""
    bare, repository = shared_folder() / "docker.git", shared_folder() / "docker"
    unpack(bundles_of("docker"), bare)
    git(shared_folder(), "clone", "--quiet", str(bare), str(repository))
    sources = source_files(TEMPLATE)
    executable = {name for name, path in sources.items() if path.stat().st_mode & 0o100}
    release(repository, TOMORROW, {name: path.read_bytes() for name, path in sources.items()}, executable)
    return repository


def docker_manifest(ref: str, more: str = "") -> str:
    """Return a dazzle.toml that takes a release of that repository."""
    return (
        f'[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n{more}\n'
        f'[infra.docker]\ntemplate = "{docker_releases()}"\nref = "{ref}"\n'
    )
