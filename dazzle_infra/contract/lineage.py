"""The upstream release on which a fork is based, and the check of the fork's tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from packaging.version import Version

from dazzle_infra.backends import backend
from dazzle_infra.contract.findings import Finding
from dazzle_infra.contract.snapshot import Snapshot
from dazzle_infra.errors import UsageError
from dazzle_infra.project.manifest.backend_tables import CUSTOM
from dazzle_infra.templates import Template, commit_of, questions_of
from dazzle_infra.templates.eject import UPSTREAM
from dazzle_infra.templates.embedded import TEMPLATE_NAMES
from dazzle_infra.templates.fields import releases_of

__all__ = ["Lineage", "check_tags", "earlier_releases", "lineage_of"]


@dataclass(frozen=True)
class Lineage:
    """The upstream release on which a fork is based.

    Attributes:
        name: The embedded template that it forks, or the backend of another package that it is made for; `custom` for a
            template of `[infra.custom.NAME]`.
        releases: The template's releases, by their commits, oldest first.
        base: The newest of them in the fork's history, or None.
    """

    name: str
    releases: dict[str, Template]
    base: Template | None


def lineage_of(snapshot: Snapshot, name: str | None) -> Lineage:
    """Determine the forked template by the fork's history, or else by its questions.

    A template that is no fork of an embedded one is checked by itself: its earlier releases are its own tags.

    Raises:
        UsageError: There is no template of that name, or the forked template cannot be determined.
    """
    if name == CUSTOM or (name is not None and name not in TEMPLATE_NAMES and backend(name).origin):
        return Lineage(name, {}, None)
    known = {one: releases_of(one) for one in ([name] if name else TEMPLATE_NAMES)}
    for one, releases in known.items():
        if base := next((releases[id_] for id_ in reversed(releases) if id_ in snapshot.history), None):
            return Lineage(one, releases, base)
    asked = set(questions_of(snapshot.template("fork")))
    shared = {one: len(asked & set(questions_of(list(releases.values())[-1]))) for one, releases in known.items()}
    best = max(shared, key=lambda one: shared[one])
    if name is None and shared[best] * 2 < len(asked):
        raise UsageError(
            f"{snapshot.folder} is not a fork of an embedded template, judging by its history and questions",
            hint=f"name the template to check against: --of {TEMPLATE_NAMES[0]}, or --of {CUSTOM} for one of your own",
        )
    return Lineage(best, known[best], None)


def earlier_releases(snapshot: Snapshot, lineage: Lineage) -> list[Template]:
    """Return the releases from which an application can be updated, oldest first.

    These are the fork's own releases in its history, and the upstream release on which it is based. A folder without a
    history counts as the next release of the embedded template, so that all its releases are earlier.
    """
    if snapshot.head is None:
        return list(lineage.releases.values())
    current = None if snapshot.is_dirty else snapshot.head
    own = [
        snapshot.template(lineage.name, tag)
        for tag, commit in snapshot.tags().items()
        if commit in snapshot.history and commit != current and commit not in lineage.releases
    ]
    base = lineage.base
    return own if base is None or commit_of(base) == current else [base, *own]


def check_tags(snapshot: Snapshot, lineage: Lineage) -> list[Finding]:
    """Return findings about tags that would give applications a wrong version, and about a shallow clone."""
    own = snapshot.tags()
    found = list(_misnamed(snapshot, lineage, own))
    if snapshot.is_dirty or snapshot.head not in lineage.releases:
        for tag, commit in own.items():
            if commit in lineage.releases:
                hint = (
                    f"git tag --delete {tag}; git push origin --delete {tag}; "
                    f"git config remote.{UPSTREAM}.tagOpt --no-tags"
                )
                what = f"the tag {tag} is an upstream release: applications would treat it as a release of the fork"
                found.append(Finding(what, f"tag {tag}", hint))
    shared = {commit: [tag for tag, other in own.items() if other == commit] for commit in own.values()}
    for first, *others in shared.values():
        if others:
            hint = f"git tag --delete {others[-1]}, and tag another commit: Copier records either of them"
            found.append(Finding(f"{first} and {others[-1]} are on one commit", f"tag {first}", hint, breaks=False))
    if snapshot.is_shallow:
        hint = "git fetch --unshallow --tags; in a workflow, `fetch-depth: 0` of actions/checkout"
        found.append(Finding("the clone is shallow, so earlier releases may be missing", "", hint, breaks=False))
    return found


def _misnamed(snapshot: Snapshot, lineage: Lineage, own: Mapping[str, str]) -> Iterator[Finding]:
    """Yield findings about tags such as `v1.0.0+acme.1` whose commit is not based on the upstream release 1.0.0.

    Applications choose a version by that number: an application with `<2` could get the files of release 2.
    """
    for tag, commit in own.items():
        version = Version(tag)
        if version.local is None or commit in lineage.releases:
            continue
        history = snapshot.history_of(tag)
        base = next((one.version for id_, one in reversed(lineage.releases.items()) if id_ in history), None)
        if base is not None and Version(Version(base).base_version) != Version(version.base_version):
            right = f"{base}+{version.local}"
            yield Finding(
                f"the tag {tag} is based on the upstream release {base}: applications would get another version",
                f"tag {tag}",
                f"git tag {right} {tag}^{{commit}}; git tag --delete {tag}, unless an application uses it",
            )
