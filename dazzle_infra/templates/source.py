"""Where a template comes from: embedded, a git URL, or a local path; and which of its versions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from dazzle_infra.errors import PreconditionError, TemplateError, Where
from dazzle_infra.templates.cache import cached
from dazzle_infra.templates.embedded import SCHEME, embedded_repository, embedded_url
from dazzle_infra.templates.git import GitError, fetching_environment, isolated_environment, run_git

__all__ = ["Place", "Template", "commit_of", "resolve_template", "versions_of"]

Place = Callable[..., Where]
"""Tells the place of a key of dazzle.toml: `Manifest.where`."""

_FETCH_SECONDS = 120
_BRANCHES = "+refs/heads/*:refs/heads/*"
_TAGS = "refs/tags/*:refs/tags/*"


@dataclass(frozen=True)
class Template:
    """One version of one template, at hand.

    Attributes:
        name: The backend's name for it.
        source: What Copier records as `_src_path`; plain Copier understands it too.
        repository: A local bare repository that holds that version.
        version: Its tag.
    """

    name: str
    source: str
    repository: Path
    version: str

    @property
    def url(self) -> str:
        """The URL that git is asked for when Copier is given the source."""
        return self.source.removeprefix("git+")


def versions_of(repository: Path) -> list[str]:
    """Return the tags that are versions (PEP 440, as Copier orders them), oldest first."""
    printed = run_git(
        "for-each-ref",
        "--format=%(refname:lstrip=2)",
        "refs/tags",
        environment=isolated_environment(),
        repository=repository,
    )
    found: list[tuple[Version, str]] = []
    for tag in printed.decode().split():
        try:
            found.append((Version(tag), tag))
        except InvalidVersion:
            continue
    return [tag for _, tag in sorted(found)]


def commit_of(template: Template) -> str:
    """Return the commit id of that version, as Copier knows it."""
    printed = run_git(
        "rev-parse",
        f"refs/tags/{template.version}^{{commit}}",
        environment=isolated_environment(),
        repository=template.repository,
    )
    return printed.decode().strip()


def resolve_template(
    name: str, template: str | None, ref: str | None, project: Path | None, where: Place | None = None
) -> Template:
    """Find the template and the version to use.

    Args:
        name: The backend's name, which is also that of the embedded template.
        template: A git URL or a path (relative to the project), or None for the embedded one.
        ref: A tag, or None for the newest release that is no pre-release.
        project: The project's root, which a path is relative to.
        where: Tells the place of a key, where template and tag are those of dazzle.toml.

    Raises:
        PreconditionError: The source cannot be reached, or one of its tags has moved.
        TemplateError: It has no such tag, or none at all.
    """
    try:
        url, repository = _at_hand(name, template, project)
        version = _version(repository, url, ref)
    except (PreconditionError, TemplateError) as error:
        if where is not None:
            error.where = where("infra", name, "ref" if error.code == "version_unknown" and ref else "template")
        raise
    return Template(name=name, source=_recorded_as(url), repository=repository, version=version)


def _at_hand(name: str, template: str | None, project: Path | None) -> tuple[str, Path]:
    """Return the template's URL, and a local repository that holds it."""
    if template is None or template.startswith(SCHEME):
        embedded = template.removeprefix(SCHEME).strip("/") if template else name
        return embedded_url(embedded), embedded_repository(embedded)
    url = template if _is_url(template) else _path_url((project or Path()) / Path(template).expanduser())
    return url, _fetched(url)


def _recorded_as(url: str) -> str:
    """Return the URL as Copier has to be told it: bare where Copier sees by itself that it is git's.

    Bots read it too, and not every one knows Copier's `git+`.
    """
    return url if url.endswith(".git") or url.startswith("git@") else f"git+{url}"


def _is_url(template: str) -> bool:
    return "://" in template or re.match(r"[\w.-]+@[\w.-]+:", template) is not None


def _path_url(path: Path) -> str:
    path = path.resolve()
    if not path.is_dir():
        raise PreconditionError(
            f"the template {path} is not a folder",
            code="template_unreachable",
            hint="name a git repository in `template`",
        )
    return path.as_uri()


def _fetched(url: str) -> Path:
    """Bring a repository's branches and tags into the cache, and return where they are.

    Tags are fetched without force: one that has been moved since is an error of git's, not a silent change.
    """
    environment = fetching_environment()

    def fetch(repository: Path) -> None:
        run_git(
            "fetch",
            "--no-auto-maintenance",
            "--no-recurse-submodules",
            "--",
            url,
            _BRANCHES,
            _TAGS,
            # Named outright: people forbid git to find bare repositories by itself (safe.bareRepository).
            environment=environment | {"GIT_DIR": str(repository)},
            seconds=_FETCH_SECONDS,
        )

    def init(repository: Path) -> None:
        run_git("init", "--quiet", "--bare", str(repository), environment=isolated_environment())

    entry = f"templates/{hashlib.sha256(url.encode()).hexdigest()[:16]}.git"
    try:
        repository = cached(entry, init)
        fetch(repository)
    except GitError as error:
        raise _unfetched(url, error) from error
    return repository


def _unfetched(url: str, error: GitError) -> PreconditionError:
    """Say what a failed fetch means."""
    moved = re.findall(r"^ *! \[rejected\] +(\S+) .*would clobber existing tag", error.said, re.MULTILINE)
    if moved:
        return PreconditionError(
            f"tags of the template {url} have moved since they were fetched: {', '.join(moved)}",
            code="tag_moved",
            hint="tags are for ever: ask the template's owner to put back what they were and to release a new version",
        )
    if "does not appear to be a git repository" in error.said:
        return PreconditionError(
            f"the template {url} is no git repository",
            code="template_unreachable",
            hint="name a git repository in `template`; a folder becomes one by git init, a commit and a tag",
        )
    return PreconditionError(
        f"the template {url} cannot be fetched: {error.message}",
        code="template_unreachable",
        hint="check `template` in dazzle.toml, the network, and that git can fetch that URL",
    )


def _version(repository: Path, url: str, ref: str | None) -> str:
    versions = versions_of(repository)
    if ref is not None:
        if ref not in versions:
            known = ", ".join(versions[-5:]) or "none"
            raise TemplateError(
                f"the template {url} has no version {ref!r}",
                code="version_unknown",
                hint=f"its newest versions: {known}",
            )
        return ref
    released = [version for version in versions if not Version(version).is_prerelease]
    if not released:
        raise TemplateError(
            f"the template {url} has no release", code="version_unknown", hint="tag one: git tag v1.0.0"
        )
    return released[-1]
