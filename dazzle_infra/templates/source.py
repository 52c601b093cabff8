"""Resolution of a template's source (embedded, a git URL, or a local path) and of its version."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from dazzle_infra.errors import PreconditionError, TemplateError, UnknownVersionError, Where
from dazzle_infra.templates.embedded import SCHEME, embedded_repository, embedded_url
from dazzle_infra.templates.fetch import Access
from dazzle_infra.templates.git import GitError, isolated_environment, run_git
from dazzle_infra.templates.memory import remembered
from dazzle_infra.templates.trust import check_release, check_source
from dazzle_infra.values.refs import Range, is_range

__all__ = ["EMBEDDED", "Place", "Template", "commit_of", "is_url", "resolve_template", "source_of", "versions_of"]

EMBEDDED = "embedded"
"""The value of `template` that selects the embedded template."""

Place = Callable[..., Where]
"""Returns the location of a key of dazzle.toml: `Manifest.where`."""

_DESCRIBED = re.compile(r"(?:[\w.+-]+-\d+-g)?([0-9a-f]{4,64})")
"""The output of `git describe`, which Copier records for a commit without a tag: `v1.0.0-3-g1234567`, or `1234567`."""


@dataclass(frozen=True)
class Template:
    """One version of one template, in the cache.

    Attributes:
        name: The name of the backend.
        source: The value of `_src_path` in the answers file, which Copier accepts as a source.
        repository: A local bare repository that contains the version.
        version: The tag; or the output of `git describe` for the head of a branch without a tag.
        commit: The commit id if the version is not a tag.
        branch: The branch that was chosen, if one was.
    """

    name: str
    source: str
    repository: Path
    version: str
    commit: str | None = None
    branch: str | None = None

    @property
    def url(self) -> str:
        """The URL that git fetches for the source."""
        return self.source.removeprefix("git+")

    @property
    def revision(self) -> str:
        """The revision of the version in git: a commit id or the full name of a tag."""
        return self.commit or f"refs/tags/{self.version}"


@remembered
def _tags(repository: Path) -> dict[str, str]:
    """Return the commit id of each tag; an empty text if another git process is necessary to find it."""
    form = "--format=%(refname:lstrip=2) %(objecttype) %(objectname) %(*objecttype) %(*objectname)"
    tags = {}
    for line in filter(None, _git(repository, "for-each-ref", form, "refs/tags").split("\n")):
        tag, kind, object_id, inner_kind, inner_id = line.split(" ")
        tags[tag] = object_id if kind == "commit" else inner_id if inner_kind == "commit" else ""
    return tags


@remembered
def versions_of(repository: Path) -> list[str]:
    """Return the tags that are versions (PEP 440, as Copier orders them), oldest first."""
    found: list[tuple[Version, str]] = []
    for tag in _tags(repository):
        try:
            found.append((Version(tag), tag))
        except InvalidVersion:
            continue
    return [tag for _, tag in sorted(found)]


@remembered
def commit_of(template: Template) -> str:
    """Return the commit id of a version."""
    known = template.commit or _tags(template.repository).get(template.version)
    return known or _git(template.repository, "rev-parse", f"{template.revision}^{{commit}}")


def resolve_template(
    name: str,
    template: str | None,
    ref: str | None,
    project: Path | None,
    where: Place | None = None,
    access: Access | None = None,
    commit: str | None = None,
) -> Template:
    """Find the template and the version to use.

    Args:
        name: The backend's name, which is also that of the embedded template.
        template: A git URL or a path (relative to the project), or None or `embedded` for the embedded one.
        ref: A tag, a range of versions, a branch, or the recorded version of a branch; None for the newest release that
            is not a pre-release.
        project: The project's root, to which a path is relative.
        where: Returns the location of a key, if template and version are from dazzle.toml.
        access: The run's access to templates; None for the network and the default limits.
        commit: The commit id that was recorded with `ref`.

    Raises:
        PreconditionError: The source is refused or cannot be fetched, or one of its tags has moved.
        TemplateError: There is no such version, or no version; or the content is refused (see `trust`).
    """
    access = access or Access()
    try:
        url, repository = _at_hand(name, template, project, access)
        if commit is not None and ref is not None and _DESCRIBED.fullmatch(ref) and not url.startswith(SCHEME):
            access.bring_commit(url, commit)
        version, described, branch = _version(repository, url, ref, commit)
        found = Template(name, _recorded_as(url), repository, version, described, branch)
        if not url.startswith(SCHEME):
            check_release(repository, commit_of(found), f"the template {url} {version}")
    except (PreconditionError, TemplateError) as error:
        if where is not None:
            error.where = where("infra", name, "ref" if error.code == "version_unknown" and ref else "template")
        raise
    return found


def source_of(name: str, template: str | None, project: Path | None) -> str:
    """Return the URL of a template for the answers file, without access to the template."""
    if template is None or template == EMBEDDED:
        return embedded_url(name)
    if template.startswith(SCHEME):
        return embedded_url(template.removeprefix(SCHEME).strip("/"))
    if is_url(template):
        return template
    return ((project or Path()) / Path(template).expanduser()).resolve().as_uri()


def _at_hand(name: str, template: str | None, project: Path | None, access: Access) -> tuple[str, Path]:
    """Return the template's URL, and a local repository that contains it."""
    if template is not None:
        check_source(template)
    url = source_of(name, template, project)
    if url.startswith(SCHEME):
        return url, embedded_repository(url.removeprefix(SCHEME))
    assert template is not None  # noqa: S101 - without one it is embedded
    if not is_url(template) and not access.offline:
        _refuse_no_folder((project or Path()) / Path(template).expanduser())
    return url, access.repository(url)


def _recorded_as(url: str) -> str:
    """Return the source for Copier: the URL, with `git+` if Copier would not recognise it as a git URL.

    Bots that update dependencies read it too, and not all of them support Copier's `git+`.
    """
    return url if url.endswith(".git") or url.startswith("git@") else f"git+{url}"


def is_url(template: str) -> bool:
    """Return whether a template is named by a URL or as `user@host:path`, and not by a local path."""
    return "://" in template or re.match(r"[\w.-]+@[\w.-]+:", template) is not None


def _refuse_no_folder(path: Path) -> None:
    if not path.resolve().is_dir():
        raise PreconditionError(
            f"the template {path.resolve()} is not a folder",
            code="template_unreachable",
            hint="name a git repository in `template`",
        )


def _git(repository: Path, *arguments: str) -> str:
    printed = run_git(*arguments, environment=isolated_environment(), repository=repository)
    return printed.decode(errors="surrogateescape").strip("\n")


def _version(repository: Path, url: str, ref: str | None, commit: str | None) -> tuple[str, str | None, str | None]:
    """Return the version for `ref`, its commit id if it is not a tag, and the branch if `ref` is one."""
    versions = versions_of(repository)
    if ref is None:
        released = [version for version in versions if not Version(version).is_prerelease]
        if released:
            return released[-1], None, None
        raise TemplateError(
            f"the template {url} has no release", code="version_unknown", hint="create one: git tag v1.0.0"
        )
    if ref in versions:
        return ref, None, None
    if is_range(ref):
        if matching := _in_range(ref, versions):
            return matching[-1], None, None
    elif (head := _head_of(repository, ref)) is not None:
        described = _git(repository, "describe", "--tags", "--always", head)
        return described, None if described in versions else head, ref
    elif (found := _recorded_commit(repository, ref, commit)) is not None:
        return ref, found, None
    known = ", ".join(versions[-5:]) or "none"
    what = f"no version in the range {ref!r}" if is_range(ref) else f"no version {ref!r}, and no branch of that name"
    raise UnknownVersionError(f"the template {url} has {what}", hint=f"its newest versions: {known}")


def _head_of(repository: Path, branch: str) -> str | None:
    """Return the commit of a branch. `rev-parse` would also accept the output of `git describe`."""
    try:
        return _git(repository, "show-ref", "--verify", "--hash", f"refs/heads/{branch}")
    except GitError:
        return None


def _in_range(ref: str, versions: list[str]) -> list[str]:
    try:
        wanted = Range(ref)
    except ValueError as error:
        raise UnknownVersionError(str(error), hint="such as ^1.2, ~1.2, 1.x or >=1.2,<2") from error
    return [version for version in versions if version in wanted]


def _recorded_commit(repository: Path, ref: str, commit: str | None) -> str | None:
    """Return the commit that Copier recorded as `ref`: a tag that is not a version, or the output of `git describe`."""
    described = _DESCRIBED.fullmatch(ref)
    if described is None:
        return _commit_at(repository, f"refs/tags/{ref}")
    if commit is not None and (found := _commit_at(repository, commit)) is not None:
        return found
    return _commit_at(repository, described[1])


def _commit_at(repository: Path, revision: str) -> str | None:
    try:
        return _git(repository, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    except GitError:
        return None
